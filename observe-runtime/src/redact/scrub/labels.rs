//! The labels that say what the value after them is, in the languages that logs are written in.
//!
//! A label is written here as it reads without its separators, in lower case: `medicalrecord` is
//! `Medical Record`, `medical_record`, `medical-record` and `medicalRecord`.

use super::Kind;
use super::shape::{Shape, code, digits};

/// What a label needs besides itself, because it means other things too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Nothing,
    /// `number`, `id`, `#` and the like, or a colon or an equals sign.
    Sign,
    /// `number`, `no.` or `#`, and nothing less.
    Number,
    /// `number`, `no.` or `#`, or `id`.
    Name,
    /// That it is no part of a longer name: `max-age` is no age.
    Alone,
}

pub(super) struct Label {
    pub(super) name: &'static str,
    pub(super) need: Need,
    pub(super) kind: Kind,
    pub(super) shape: Shape,
}

/// Words that number something, and whether they say no more than `id` does.
pub(super) const NUMBERING: &[(&str, bool)] = &[
    ("number", true),
    ("numbers", true),
    ("nummer", true),
    ("num", true),
    ("nbr", true),
    ("no", true),
    ("nos", true),
    ("nr", true),
    ("numero", true),
    ("número", true),
    ("numéro", true),
    ("numarası", true),
    ("n°", true),
    ("nº", true),
    ("n", true),
    ("id", false),
    ("ids", false),
    ("identifier", false),
    ("identification", false),
    ("code", false),
    ("card", false),
];

/// Words between a label and its value that say nothing.
pub(super) const FILLERS: &[&str] = &[
    "is",
    "was",
    "are",
    "of",
    "the",
    "value",
    "on",
    "in",
    "am",
    "le",
    "el",
    "il",
    "at",
    "date",
    "ist",
    "lautet",
    "es",
    "est",
    "some",
    "string",
    "text",
    "patient",
    "mm",
    "dd",
    "yyyy",
    "yy",
    "tt",
    "jj",
    "jjjj",
    "du",
    "de",
    "for",
    "datetime",
    "file",
    "recorded",
    "reported",
    "entered",
    "documented",
    "listed",
    "given",
    "as",
];

macro_rules! labels {
    ($($kind:ident $need:ident $shape:expr => $($name:literal)+;)*) => {
        &[$($(Label { name: $name, need: Need::$need, kind: Kind::$kind, shape: $shape },)+)*]
    };
}

/// Of labels that end at the same place the longest counts.
pub(super) const LABELS: &[Label] = labels! {
    // Every hospital has its own form for them.
    Mrn Nothing code(3, 4, 24) => "mrn" "mrns" "mrno" "medicalrecordnumber" "medicalrecordno" "nhc" "medrecno";
    Mrn Sign code(3, 4, 24) => "medicalrecord" "medicalrec" "medrecord" "medrec" "patientrecord" "healthrecord"
        "historiaclinica" "historiaclínica" "dossiermédical" "dossiermedical" "cartellaclinica" "krankenakte"
        "patientenakte" "病历号" "病歴番号" "prontuário" "prontuario";
    Mrn Number code(3, 4, 24) => "mr" "chart" "patientchart" "hospital" "unitrecord" "medrecs" "patientfile"
        "casenote";

    HealthPlan Nothing Shape::Mbi => "mbi";
    HealthPlan Name code(4, 5, 20) => "member" "membership" "policy" "policyholder" "beneficiary" "subscriber"
        "insured" "healthplan" "plan" "medicare" "medicaid" "insurance" "insurancepolicy" "payer" "hicn"
        "planbeneficiary" "healthcare";
    HealthPlan Sign code(4, 5, 20) => "medicarebeneficiary" "hicn" "healthinsurance" "healthcard" "medicareid"
        "medicaidid" "insurancemember" "insuranceid" "kvnr" "egk" "versicherten" "versichertennummer"
        "krankenversicherten" "krankenversicherung" "versicherungs" "versicherungsnummer" "tarjetasanitaria"
        "tesserasanitaria" "cartevitale" "memberid" "subscriberid" "policynumber";

    Account Number code(4, 5, 24) => "account" "accounts" "acct" "acc" "customer" "client" "konto" "conto" "cuenta"
        "compte" "kunden" "rekening" "klant" "cliente" "bank" "a/c" "loan" "ledger" "creditor" "kd";
    Account Name code(4, 5, 24) => "customer" "patientaccount" "accountholder" "cliente";
    Account Nothing code(4, 5, 24) => "bankaccount" "bankacct" "checkingaccount" "savingsaccount" "checking" "savings"
        "kontonummer" "kundennummer" "rekeningnummer" "klantnummer" "depositaccount" "accountnumber" "acctno"
        "acctnum" "acctnumber" "accountno" "kontonr" "numérodecompte" "númerodecuenta" "numerodecuenta"
        "numerodiconto";
    Account Nothing digits(9, 9) => "routing" "aba" "abarouting" "routingtransit" "routingnumber" "rtn" "bankrouting";
    Account Nothing digits(6, 6) => "sortcode";
    Account Sign code(6, 6, 40) => "account";
    Iban Nothing Shape::Iban => "iban";

    Passport Nothing code(5, 6, 12) => "passport" "passports" "passportnumber" "passportno" "reisepass"
        "reisepassnummer" "passeport" "pasaporte" "passaporto" "paspoort" "passaporte" "paszport" "traveldocument"
        "pasaport" "护照号" "护照号码" "旅券番号" "여권번호" "паспорт";
    Passport Number code(5, 6, 12) => "pass";

    DrivingLicence Nothing code(4, 5, 20) => "driverslicense" "driverlicense" "driverslicence" "driverlicence"
        "drivinglicence" "drivinglicense" "driverspermit" "führerschein" "führerscheinnummer" "fuehrerschein"
        "fuehrerscheinnummer" "fahrerlaubnis" "permisdeconduire" "permisdeconducir" "permisodeconducir"
        "permisodeconduccion" "permisodeconducción" "carnetdeconducir" "licenciadeconducir" "patentediguida"
        "rijbewijs" "rijbewijsnummer" "dln" "cnh" "运转免许";
    DrivingLicence Sign code(4, 5, 20) => "dl" "driverlic" "driverslic" "drivers" "patente";
    DrivingLicence Number code(5, 6, 20) => "license" "licence";

    NationalId Nothing code(6, 7, 20) => "nationalinsurance" "nino" "socialinsurance" "aadhaar" "aadhar" "uidai" "cpf"
        "bsn" "burgerservicenummer" "personalidentity" "nationalid" "nationalidentity" "identitycard"
        "personalausweis" "personalausweisnummer" "steuerid" "steuer" "steueridentifikationsnummer"
        "steueridentifikations" "steuernummer" "stnr" "idnr" "sozialversicherungsnummer" "sozialversicherungs" "rvnr"
        "svnr" "ahv" "ahvnummer" "dni" "nie" "nif" "curp" "rfc" "codicefiscale" "codfisc" "numérodesécuritésociale"
        "numerodesecuritesociale" "sécuritésociale" "securitesociale" "nir" "nas" "pesel" "cnp" "egn" "personnummer"
        "fødselsnummer" "fodselsnummer" "cprnummer" "cpr" "henkilötunnus" "hetu" "isikukood" "rodnécíslo" "rodnecislo"
        "rodnéčíslo" "rrn" "nric" "tckimlik" "kimlik" "tckn" "taxfile" "tfn" "nhs" "jmbg" "oib" "амка" "주민등록번호"
        "외국인등록번호" "身份证" "身份证号" "身份证号码" "マイナンバー" "mynumber" "снилс" "инн" "itin" "rsaid" "nationalregister"
        "citizenship" "citizen" "residentregistration" "voter" "votersid" "southafricanid" "cédula" "cedula" "cuil"
        "rut" "pps" "ppsn" "eircode";
    NationalId Nothing code(6, 7, 20) => "nin" "tin" "taxid";
    NationalId Sign code(6, 7, 20) => "tax" "taxpayer" "ein" "vat" "govid" "governmentid" "idcard" "stateid"
        "alienregistration" "uscis" "uid" "abn" "ird";
    NationalId Sign digits(9, 9) => "sin";
    NationalId Sign Shape::Pan => "pan";
    Ssn Nothing digits(9, 9) => "socsec" "socsecurity" "socialsecurity" "socialsec" "ssn" "ssns";
    Ssn Sign digits(9, 9) => "ss";

    Vehicle Nothing Shape::Vin => "vin" "vinnumber" "vehicleidentification" "vehicleidentificationnumber"
        "fahrgestellnummer" "fin" "chassis";
    Vehicle Nothing Shape::Plate => "licenseplate" "licenceplate" "numberplate" "registrationplate" "carreg"
        "carregistration" "vehicleregistration" "vehiclereg" "kfzkennzeichen" "immatriculation" "kenteken" "targa"
        "plaka" "vehicleplate" "carplate" "nummernschild" "regplate" "platenumber" "licenseplatenumber" "车牌号" "车牌"
        "kennzeichen";
    Vehicle Sign Shape::Plate => "plate" "plates" "matrícula" "matricula" "registration" "licplate";

    Address Nothing digits(5, 9) => "zip";
    Address Nothing Shape::Postcode => "zipcode" "postcode" "postalcode" "zipcodes" "codepostal" "codigopostal"
        "códigopostal" "postcodes" "pincode";
    Address Nothing Shape::Postcode => "plz" "postleitzahl";

    Device Nothing digits(14, 16) => "imei" "imeisv" "imeinumber";
    Device Sign digits(14, 15) => "imsi";
    Device Nothing digits(18, 20) => "iccid";
    Device Nothing code(6, 14, 18) => "meid";
    Device Number code(4, 6, 24) => "serial" "deviceserial" "seriennummer" "serien" "hardwareserial" "pacemaker"
        "implant" "device";
    Device Sign code(4, 6, 24) => "serialnumber" "deviceserial" "serialno" "seriennummer" "deviceid" "udid"
        "pacemakerserial" "implantserial";
    Device Sign Shape::Serial => "sn";

    Mac Nothing Shape::Mac => "mac" "macaddress" "macaddr" "hwaddr" "hardwareaddress" "ethernetaddress" "wifimac"
        "bssid";

    MedicalLicence Nothing digits(10, 10) => "npi" "npis" "nationalprovider" "nationalprovideridentifier"
        "provideridentifier";
    MedicalLicence Name digits(10, 10) => "provider" "prescriber" "physician";
    MedicalLicence Nothing Shape::Dea => "dea" "deanumber" "deano" "dearegistration";
    MedicalLicence Nothing code(4, 5, 16) => "medicallicense" "medicallicence" "physicianlicense" "nursinglicense"
        "statelicense" "professionallicense" "lanr" "arztnummer" "arzt" "medicallicensenumber" "upin" "bsnr";
    MedicalLicence Number code(4, 5, 16) => "gmc" "nmc" "licensure";

    Field Name code(3, 3, 24) => "employee" "emp" "staff" "student" "patient" "personnel" "pupil" "personal"
        "mitarbeiter" "patienten" "matrikel" "empleado" "employé" "paciente" "personeels" "patiënt" "worker" "badge"
        "enrollee";
    Field Nothing code(3, 4, 24) => "employeeid" "patientid" "studentid" "personalnummer" "patientennummer"
        "mitarbeiternummer" "matrikelnummer" "badgenumber";

    BirthDate Nothing Shape::Date => "dob" "dobs" "dateofbirth" "datesofbirth" "birthdate" "birthday" "birthdt" "bday"
        "geburtsdatum" "geburtstag" "geboren" "geb" "datedenaissance" "naissance" "néle" "néele" "fechadenacimiento"
        "nacimiento" "nacido" "nacida" "datadinascita" "nato" "nata" "geboortedatum" "datadenascimento" "fødselsdato"
        "fodselsdato" "födelsedatum" "syntymäaika" "dataurodzenia" "datumnarození" "doğumtarihi" "出生日期" "出生年月日" "生日"
        "生年月日" "생년월일" "датарождения" "Датарождения" "ημερομηνίαγέννησης" "תאריךלידה" "birth";

    BirthDate Nothing Shape::DateFields => "dobyear" "dobdateyear" "dateofbirthyear" "dateofbirthdateyear" "birthdateyear"
        "birthdatedateyear" "birthdayyear" "birthdaydateyear" "bornyear" "borndateyear" "bornonyear" "bornondateyear";

    Date Nothing Shape::Date => "admissiondate" "dateofadmission" "admitdate" "admittedon" "dischargedate"
        "dateofdischarge" "dischargedon" "dateofdeath" "deathdate" "deceased" "deceasedon" "dod" "dateofservice"
        "servicedate" "dateofvisit" "visitdate" "dateofprocedure" "proceduredate" "surgerydate" "dateofsurgery"
        "dateofadmit" "dateofinjury" "hiredate" "dateofhire" "dateofmarriage" "aufnahmedatum" "entlassungsdatum"
        "sterbedatum" "verstorben" "aufnahme" "entlassung" "datededécès" "datededeces" "fechadeingreso" "fechadealta"
        "fechadedefunción" "fechadedefuncion" "passedaway" "datadiricovero" "datadidimissione" "overlijdensdatum"
        "appointmentdate" "dateofappointment" "dateofdiagnosis" "diagnosisdate" "入院日期" "出院日期" "入院日" "退院日";
    Date Sign Shape::Date => "admitted" "admission" "discharged" "discharge" "dos" "died" "death" "appointment"
        "surgery" "aufgenommen" "entlassen" "gestorben";

    Field Nothing Shape::Age => "patientage" "ageofpatient" "aged" "patientsage" "edad" "edaddelpaciente" "âge";
    Field Alone Shape::Age => "age" "alter" "ageinyears" "ageyears";
};
