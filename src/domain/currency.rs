//! Currencies by ISO 4217: the alphabetic code and the number of decimals ("minor unit").
//!
//! Source: ISO 4217 list one (SIX), funds codes and metals left out.

use serde::{Deserialize, Serialize, de};
use std::{fmt, str::FromStr};

/// An ISO 4217 currency.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    pub const EUR: Self = Self(*b"EUR");
    pub const USD: Self = Self(*b"USD");

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }
    /// Decimals of the minor unit: 0 for JPY, 2 for EUR, 3 for BHD.
    pub fn decimals(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX" | b"VND"
            | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
    /// Minor units in one unit.
    pub fn scale(self) -> i64 {
        10_i64.pow(self.decimals())
    }
    /// The sign people write, or the code where there is no well-known one.
    pub fn symbol(&self) -> &str {
        match &self.0 {
            b"EUR" => "€",
            b"USD" => "$",
            b"GBP" => "£",
            b"JPY" => "¥",
            b"CNY" => "CN¥",
            b"INR" => "₹",
            b"KRW" => "₩",
            b"VND" => "₫",
            b"ILS" => "₪",
            b"UAH" => "₴",
            b"TRY" => "₺",
            b"NGN" => "₦",
            b"PHP" => "₱",
            b"KZT" => "₸",
            b"GEL" => "₾",
            b"AUD" => "A$",
            b"CAD" => "CA$",
            b"NZD" => "NZ$",
            b"HKD" => "HK$",
            b"SGD" => "S$",
            b"MXN" => "MX$",
            b"BRL" => "R$",
            b"PLN" => "zł",
            b"CZK" => "Kč",
            b"DKK" | b"NOK" | b"SEK" | b"ISK" => "kr",
            b"ZAR" => "R",
            _ => self.code(),
        }
    }
    /// The currency of a country by its ISO 3166 code; a guess to begin with, for the countries most people live in.
    pub fn of_region(region: &str) -> Option<Self> {
        let listed = REGIONS.split(' ').filter_map(|pair| pair.split_once(':'));
        let code = listed.into_iter().find(|(of, _)| of.split(',').any(|r| r.eq_ignore_ascii_case(region)))?.1;
        code.parse().ok()
    }
    /// Every currency that can be chosen, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.split(' ').filter_map(|c| c.parse().ok())
    }
}

const CODES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

const REGIONS: &str = "AT,BE,BG,CY,DE,EE,ES,FI,FR,GR,HR,IE,IT,LT,LU,LV,MT,NL,PT,SI,SK,ME,MC,SM,XK:EUR US,EC,SV,PR:USD GB,IM,JE,GG:GBP CH,LI:CHF CA:CAD AU:AUD NZ:NZD JP:JPY CN:CNY IN:INR BR:BRL MX:MXN AR:ARS CL:CLP CO:COP PE:PEN UY:UYU ZA:ZAR NG:NGN KE:KES EG:EGP MA:MAD GH:GHS ET:ETB TZ:TZS UG:UGX DZ:DZD TN:TND DK,GL,FO:DKK NO:NOK SE:SEK IS:ISK PL:PLN CZ:CZK HU:HUF RO:RON RS:RSD BA:BAM MK:MKD AL:ALL MD:MDL UA:UAH BY:BYN RU:RUB TR:TRY GE:GEL AM:AMD AZ:AZN KZ:KZT UZ:UZS IL:ILS SA:SAR AE:AED QA:QAR KW:KWD BH:BHD OM:OMR JO:JOD LB:LBP IQ:IQD IR:IRR PK:PKR BD:BDT LK:LKR NP:NPR TH:THB VN:VND ID:IDR MY:MYR SG:SGD PH:PHP KR:KRW TW:TWD HK:HKD MO:MOP KH:KHR MM:MMK LA:LAK MN:MNT CR:CRC GT:GTQ HN:HNL NI:NIO PA:PAB DO:DOP JM:JMD TT:TTD BO:BOB PY:PYG VE:VES CU:CUP";

/// The code is not in ISO 4217's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a currency code; use three letters such as EUR")]
pub struct UnknownCurrency;

impl FromStr for Currency {
    type Err = UnknownCurrency;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let bytes: [u8; 3] = s.as_bytes().try_into().map_err(|_| UnknownCurrency)?;
        if CODES.split(' ').any(|c| c == s) { Ok(Self(bytes)) } else { Err(UnknownCurrency) }
    }
}
impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.code())
    }
}
impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_has_a_real_currency() {
        for pair in REGIONS.split(' ') {
            let (regions, code) = pair.split_once(':').expect(pair);
            for region in regions.split(',') {
                assert_eq!(Currency::of_region(region).expect(pair).code(), code);
            }
        }
        assert_eq!(Currency::of_region("si"), Some(Currency::EUR));
        assert_eq!(Currency::of_region("ZZ"), None);
    }

    #[test]
    fn every_listed_code_parses_and_others_do_not() {
        assert!(Currency::all().count() > 150);
        for bad in ["", "EU", "eur", "EURO", "XXX", " AE", "AED AFN", "É1"] {
            assert!(bad.parse::<Currency>().is_err(), "{bad:?}");
        }
    }
}
