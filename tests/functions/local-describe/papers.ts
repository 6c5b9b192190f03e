/** Papers written for these tests: every name, number and address in them is made up. */

export const INVOICE_EN = `Acme Web Hosting Ltd
12 Harbour Street, Bristol BS1 4RN, United Kingdom
billing@acmewebhosting.example  |  www.acmewebhosting.example
VAT No GB 999 0000 73

INVOICE

Bill to:
Northwind Bakery LLP
4 Mill Lane
Leeds LS1 3AB

Invoice number: 2026-0417
Invoice date: 15 March 2026
Due date: 14 April 2026

Description                         Qty    Price    Amount
Managed web hosting, March 2026      1    900.00    900.00
Domain renewal                       2     64.375   128.75

Subtotal                                          1,028.75
VAT 20%                                             205.75
Total due                                     GBP 1,234.50

Please pay within 30 days. Thank you for your business.
Acme Web Hosting Ltd, registered in England no. 00000000`;

export const RECHNUNG_DE = `Müller Energieberatung GmbH · Lindenstraße 8 · 50674 Köln

Frau
Sabine Beispiel
Am Markt 3
53111 Bonn

Rechnung Nr. 2026/112
Rechnungsdatum: 03.02.2026
Leistungsdatum: 28.01.2026
Kundennummer 4711

Sehr geehrte Frau Beispiel,
für die Beratung zu Ihrer neuen Wärmepumpe berechnen wir Ihnen:

Pos.  Beschreibung                       Menge   Einzelpreis   Betrag
1     Energieberatung Wärmepumpe         6 Std.  110,00 €      660,00 €
2     Fahrtkosten                        1       40,25 €       40,25 €

Zwischensumme netto                                            700,25 €
zzgl. 19 % MwSt.                                               133,05 €
Gesamtbetrag                                                   833,30 €

Zahlbar bis zum 17.02.2026 ohne Abzug.
Müller Energieberatung GmbH, Geschäftsführer: Jan Müller, Amtsgericht Köln HRB 00000
USt-IdNr. DE000000000`;

export const LETTRE_FR = `Mutuelle du Rivage
14, quai des Pêcheurs
17000 La Rochelle

Madame Claire Exemple
3, rue des Lilas
44000 Nantes

La Rochelle, le 9 janvier 2026

Objet : Résiliation de votre contrat d'assurance habitation

Madame,

Nous avons bien reçu votre courrier du 2 janvier 2026.
Votre contrat d'assurance habitation sera résilié à la fin du mois de février,
comme vous nous l'avez demandé.
Vous recevrez le remboursement de la cotisation dans un délai de trente jours.

Nous vous prions d'agréer, Madame, l'expression de nos salutations distinguées.

Pour la Mutuelle du Rivage
Paul Modèle`;

export const FACTURA_ES = `FACTURA

Emisor: Aceites del Valle S.L.
CIF: B00000000
Camino Viejo 7, 23400 Úbeda

Cliente: Restaurante La Plaza
Calle Mayor 1, 28013 Madrid

Factura n.º A-2026/031
Fecha de factura: 05/03/2026
Fecha de vencimiento: 04/04/2026

Descripción              Cantidad   Precio    Importe
Aceite de oliva virgen   40         8,75 €    350,00 €
Envases                  10         1,20 €    12,00 €

Base imponible                                362,00 €
IVA 10%                                       36,20 €
Total a pagar                                 398,20 €

Gracias por su confianza. El pago se realiza por transferencia en los treinta días siguientes a la fecha de la factura.`;

/** With what OCR does to thermal paper: 0 for O, B for 8, a legal form misread, labels and amounts in two columns. */
export const RESIT_MS = `KEDAI RUNCIT SERI MAJU SDN BND
(123456-X)
NO 5, JALAN MAWAR 2,
TAMAN BUNGA, 81100 JOHOR BAHRU
TEL : 07-000 0000
TAX INV0ICE
RESIT NO: R00042
TARIKH:
O7/09/2024 6:12:44 PM
JURUWANG: AIDA
BERAS WANGI 5KG
1 X 27.90
27.90 S
MINYAK MASAK
2 X 6.50
13.00 S
JUMLAH KECIL
40.90
PELARASAN
-0.00
JUMLAH (RM):
40.90
TUNAI
50.00
BAKI
9.10
TERIMA KASIH SILA DATANG LAGI
BARANG YANG DIJUAL TIDAK BOLEH DIKEMBALIKAN`;

export const REPORT_PAGES = [
  `Lakeside District Council
Environmental Services

Annual Drinking Water Quality Report

Published 12 January 2026

Executive summary
This report presents the results of the drinking water monitoring programme in the district.
All samples from the twelve reservoirs met the legal limits for nitrate and lead.
The council recommends that two older pumping stations be replaced before next winter.`,
  `Table of contents
1 Introduction 3
2 Methodology 4
3 Findings 6
4 Recommendations 9`,
  `1 Introduction
Drinking water in the district comes from twelve reservoirs. The monitoring programme began on 3 May 1998.
The reservoirs are sampled each week, and the samples are tested for nitrate, lead and bacteria.`,
  `2 Methodology
Each sample was tested twice. An invoice of the laboratory is kept with every batch of samples.
The reservoirs were visited in turn by the same two inspectors.`,
];

export const BANK_STATEMENT = `Harbour Savings Bank plc
Account Statement

Mr John Sample
8 Station Road
York YO1 6GA

Statement date: 31 January 2026
Account number 00000000    Sort code 00-00-00

Date        Details                 Debit      Credit     Balance
            Opening balance                               1,200.00
05/01/2026  Card payment grocer     42.10                 1,157.90
28/01/2026  Salary                             2,100.00   3,257.90
            Closing balance                               3,257.90`;
