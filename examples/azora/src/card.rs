//! A payment, its card, and the bank that takes it or does not.

use observe::redact;
use serde::{Deserialize, Serialize};

use crate::error::ServiceError;

/// The most that one payment may be, in cents.
const MAX_CENTS: u32 = 500_000;

/// The data of a card. Four digits tell a person which one it was.
#[redact]
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Card {
    #[redact(keep_last = 4)]
    number: String,
    expiry: String,
    code: String,
    holder: String,
}

/// What is to be paid.
#[redact]
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Payment {
    #[redact(clear)]
    pub(crate) amount_cents: u32,
    #[redact(clear, because = "its type says what is shown of it")]
    pub(crate) card: Card,
}

impl Payment {
    /// Whether it can be taken to a bank.
    pub(crate) fn check(&self) -> Result<(), ServiceError> {
        let digits = |text: &str, least: usize, most: usize| {
            (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let Card { number, expiry, code, holder } = &self.card;
        if !(1..=MAX_CENTS).contains(&self.amount_cents) {
            return Err(ServiceError::BadInput("amount_cents must be from 1 to 500000"));
        }
        if !digits(number, 12, 19) || !passes_luhn(number) {
            return Err(ServiceError::BadInput("card: number must be that of a card, 12 to 19 digits"));
        }
        if !expiry.split_once('/').is_some_and(|(month, year)| digits(month, 2, 2) && digits(year, 2, 2)) {
            return Err(ServiceError::BadInput("card: expiry must be MM/YY"));
        }
        if !digits(code, 3, 4) || !(1..=100).contains(&holder.len()) {
            return Err(ServiceError::BadInput("card: code must have 3 or 4 digits, and holder 1 to 100 bytes"));
        }
        Ok(())
    }
}

/// What stands in for a bank: the end of a card's number says what becomes of it.
pub(crate) fn charge(payment: &Payment) -> Result<(), ServiceError> {
    match &payment.card.number {
        number if number.ends_with("0002") => Err(ServiceError::PaymentRefused("the bank declined the card")),
        number if number.ends_with("9995") => Err(ServiceError::PaymentRefused("the account has not enough money")),
        number if number.ends_with("0119") => Err(ServiceError::Unavailable("the bank does not answer")),
        _ => Ok(()),
    }
}

/// The check digit of ISO/IEC 7812-1, annex B.
fn passes_luhn(number: &str) -> bool {
    let digits = number.bytes().rev().map(|byte| u32::from(byte - b'0')).enumerate();
    let sum: u32 = digits.map(|(at, digit)| if at % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }).sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payment(number: &str) -> Payment {
        let [expiry, code, holder] = ["11/30", "123", "Ilda Quorn"].map(str::to_owned);
        Payment { amount_cents: 1250, card: Card { number: number.to_owned(), expiry, code, holder } }
    }

    #[test]
    fn the_bank_takes_some_cards_and_not_others() {
        for (number, taken) in [("4242424242424242", true), ("4000000000000002", false), ("4000000000009995", false)] {
            let payment = payment(number);
            assert!(payment.check().is_ok(), "{number}");
            assert_eq!(charge(&payment).is_ok(), taken, "{number}");
        }
    }

    #[test]
    fn what_is_no_card_never_gets_to_the_bank() {
        let good = payment("4242424242424242");
        for number in ["", "4242424242424241", "4242 4242 4242 4242", "42424242424242424242"] {
            assert!(payment(number).check().is_err(), "{number}");
        }
        for cents in [0, 500_001] {
            assert!(Payment { amount_cents: cents, ..good.clone() }.check().is_err());
        }
        let with = |card: Card| Payment { card, ..good.clone() }.check();
        for bad in ["", "1130", "1/30", "11/2030"] {
            assert!(with(Card { expiry: bad.to_owned(), ..good.card.clone() }).is_err(), "{bad}");
        }
        assert!(with(Card { code: "12a".to_owned(), ..good.card.clone() }).is_err());
        assert!(with(Card { holder: String::new(), ..good.card.clone() }).is_err());
    }

    #[test]
    fn of_a_card_four_digits_are_shown() {
        let shown = format!("{:?}", payment("4242424242424242"));
        assert!(shown.contains("number: ***4242") && shown.contains("amount_cents: 1250"), "{shown}");
        assert!(!shown.contains("Quorn") && !shown.contains("123") && !shown.contains("11/30"), "{shown}");
    }
}
