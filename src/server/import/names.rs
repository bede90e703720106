//! The names that banks give their columns, folded (lower case, no accents, no punctuation), best first.
//!
//! Collected from the export formats of banks in the languages below; a name in two lists is told apart
//! by what the column holds.

/// What a column may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The day it was booked.
    Date,
    /// The day it bears interest from: taken only where there is no other.
    ValueDate,
    Amount,
    Debit,
    Credit,
    /// Says whether an unsigned amount went out or in.
    Direction,
    Payee,
    Description,
    Note,
    Category,
    Currency,
    Reference,
}

impl Role {
    pub const ALL: [Self; 12] = [
        Self::Date,
        Self::ValueDate,
        Self::Amount,
        Self::Debit,
        Self::Credit,
        Self::Direction,
        Self::Payee,
        Self::Description,
        Self::Note,
        Self::Category,
        Self::Currency,
        Self::Reference,
    ];

    /// Its names in English, German, French, Spanish, Italian, Dutch, Portuguese, Slovenian, Croatian,
    /// Polish, Czech, Swedish, Norwegian, Danish and Finnish.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let names = match self {
            Self::Date => {
                "booking date|date booked|transaction date|date of transaction|trans date|posting date|posted date|\
                post date|completed date|buchungstag|buchungsdatum|buchung|date operation|date de l operation|\
                date d operation|date de comptabilisation|date comptable|fecha operacion|fecha de operacion|f operacion|\
                data operazione|data contabile|data movimento|data mov|boekdatum|boekingsdatum|transactiedatum|\
                data lancamento|data do movimento|datum knjizenja|datum transakcije|data operacji|data ksiegowania|\
                data transakcji|datum provedeni|datum zauctovani|datum splatnosti|bokforingsdag|bokforingsdatum|\
                transaktionsdatum|bokført dato|bokføringsdato|bogføringsdato|kirjauspaiva|date|datum|fecha|data|dato|\
                paivamaara|pvm|day"
            }
            Self::ValueDate => {
                "value date|effective date|wertstellung|wertstellungsdatum|valutadatum|valuta|wert|date de valeur|\
                date valeur|fecha valor|f valor|data valuta|data valor|rentedatum|valutadag|datum valute|\
                datum valutacije|data waluty|datum valuty|rentedato|valor dato|arvopaiva"
            }
            Self::Amount => {
                "amount|transaction amount|amount in account currency|betrag|umsatz|umsatzbetrag|montant|importe|importo|\
                bedrag|valor|montante|quantia|znesek|iznos|kwota|kwota operacji|castka|objem|belopp|beløp|beløb|maara|\
                summa|sum|value|net|net amount|total"
            }
            Self::Debit => {
                "debit|debit amount|debits|paid out|money out|withdrawal|withdrawals|withdrawal amount|withdrawal amt|\
                amount out|out|spent|soll|ausgabe|ausgaben|ausgang|belastung|lastschrift|debet|af|uit|debito|cargo|\
                cargos|debe|gasto|gastos|addebiti|addebito|uscite|dare|saida|saidas|depense|depenses|breme|v breme|odliv|\
                odlivi|duguje|isplata|isplate|obciazenia|wydatki|utgift|uttag|ut|ut fra konto"
            }
            Self::Credit => {
                "credit|credit amount|credits|paid in|money in|deposit|deposits|deposit amount|deposit amt|amount in|in|\
                received|haben|einnahme|einnahmen|eingang|gutschrift|bij|credito|abono|abonos|haber|ingreso|ingresos|\
                accrediti|accredito|entrate|avere|entrada|entradas|recette|recettes|dobro|v dobro|priliv|prilivi|\
                potrazuje|uplata|uplate|uznania|wpływy|inkomst|insattning|inn|inn pa konto|kredit"
            }
            Self::Direction => {
                "debit credit|credit debit|dr cr|cr dr|d c|c d|direction|credit debit indicator|debit credit indicator|dc|\
                soll haben|s h|umsatzart|sens|af bij|debit of credit|type|transaction type|predznak"
            }
            Self::Payee => {
                "payee|payee name|merchant|merchant name|counterparty|counter party|counterparty name|beneficiary|\
                recipient|name|beguenstigter zahlungspflichtiger|begunstigter zahlungspflichtiger|\
                auftraggeber beguenstigter|auftraggeber begunstigter|auftraggeber empfanger|name zahlungsbeteiligter|\
                zahlungsempfanger in|zahlungsempfanger|empfanger|beguenstigter|partner name|partnername|gegenpartei|\
                tiers|beneficiaire|nom|beneficiario|ordinante beneficiario|controparte|naam tegenpartij|\
                naam omschrijving|tegenpartij naam|tegenpartij|naam|nome|prejemnik|placnik|prejemnik placnik|naziv|\
                naziv partnera|primatelj platitelj|kontrahent|nadawca odbiorca|nazev protiuctu|nazev protistrany|\
                mottagare|mottaker|modtager|saaja maksaja|saaja"
            }
            Self::Description => {
                "description|transaction description|transaction details|details|narrative|particulars|what|text|\
                verwendungszweck|vorgang verwendungszweck|buchungstext|zahlungszweck|libelle|libelle operation|\
                libelle simplifie|intitule|concepto|descripcion|movimiento|descrizione|descrizione operazione|causale|\
                omschrijving|mededelingen|mededeling|descricao|opis|opis placila|opis transakcije|opis transakcji|\
                opis operacji|namen|tytuł|tytułem|popis|zprava pro prijemce|beskrivning|beskrivelse|beskriuelse|tekst|\
                selite|selitys|purpose|transaction"
            }
            Self::Note => {
                "note|notes|memo|comment|comments|additional information|info|information|notiz|notizen|bemerkung|\
                commentaire|observaciones|mas datos|note operazione|opmerking|opomba|napomena|poznamka|komentarz|\
                anteckning|notat|viesti|transaction type"
            }
            Self::Category => "category|categories|kategorie|categorie|categoria|kategoria|kategorija|kategori|luokka",
            Self::Currency => {
                "currency|currency code|account currency|wahrung|waehrung|devise|divisa|moneda|valuta|munt|muntsoort|\
                moeda|waluta|mena|valutakod|valuutta|ccy"
            }
            Self::Reference => {
                "transaction id|fitid|id|transaction reference|bank reference|reference number|reference|ref|ref no|\
                referenz|umsatz id|transaktions id|numero operation|referencia|riferimento|referentie|\
                transactiereferentie|volgnr|referenca|id transakcije|identyfikator|id operace|id pohybu|referens|\
                arkivreferanse|arkistointitunnus|uuid"
            }
        };
        names.split('|')
    }

    /// True where a longer name that begins with one of these still means the same.
    pub fn may_go_on(self) -> bool {
        matches!(self, Self::Date | Self::ValueDate | Self::Amount | Self::Payee | Self::Description)
    }
}

/// Words by which a statement says that money went out (`Some(true)`) or in (`Some(false)`).
pub fn is_debit(word: &str) -> Option<bool> {
    const OUT: &str = "debit|dr|d|db|dbit|soll|s|lastschrift|ausgabe|af|uit|out|debet|debito|cargo|dare|addebito|withdrawal|\
        payment|expense|breme|obciazenie";
    const IN: &str = "credit|cr|c|crdt|haben|h|gutschrift|einnahme|bij|in|kredit|credito|abono|avere|accredito|deposit|\
        receipt|income|funds|dobro|uznanie";
    let word = crate::domain::fold::words(word).join(" ");
    if OUT.split('|').any(|w| w == word) {
        Some(true)
    } else if IN.split('|').any(|w| w == word) {
        Some(false)
    } else {
        None
    }
}
