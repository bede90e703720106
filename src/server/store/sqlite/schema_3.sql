-- The ledger moves the sums now, once for a command: a trigger did it for each row, at a cost that grew with the transaction.
DROP TRIGGER sums_gain;
DROP TRIGGER sums_lose;
DROP TRIGGER sums_move;
