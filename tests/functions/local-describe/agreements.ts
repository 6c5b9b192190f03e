/** Contracts written for these tests: every name, number and address in them is made up. */

export const AGREEMENT_EN = `Window Cleaning Agreement

This Agreement is made on 3 June 2025 between
Brightpane Services, of 4 Quarry Lane, Oldmoor OM2 0AA (the “Contractor”), and
the Larkfield Housing Cooperative, of 8 Larkfield Close, Oldmoor OM4 0BB (the
“Cooperative”).

1. Services
The Contractor shall clean the outside of the windows and the glass roof of the stairwell.
The windows on the street shall be cleaned first.
2. Term
This Agreement begins on 1 July 2025 and runs for two years.
3. Fee
The Cooperative shall pay the Contractor a fee of £240.00 a month. Invoices are payable within 14 days.
4. Insurance
The Contractor shall hold insurance for damage to windows. The insurance certificate shall be shown on request.
5. Law
This Agreement is governed by the law of England. The parties have signed this Agreement.`;

export const MIETVERTRAG_DE = `Mietvertrag über einen Lagerraum

Zwischen
Hafenspeicher Verwaltung GmbH, Am Kai 2, 00123 Musterhafen
(nachfolgend „Vermieterin“)
und
Frau Rosa Beispiel, Gasse 1, 00124 Musterhafen
(nachfolgend „Mieterin“)
wird am 12. Mai 2025 folgender Vertrag geschlossen:

§ 1 Mietsache
Die Vermieterin überlässt der Mieterin den Lagerraum Nr. 7 im Erdgeschoss. Der Lagerraum ist trocken.
§ 2 Miete
Die Miete für den Lagerraum beträgt 90,00 € im Monat und ist am dritten Werktag fällig.
Die Parteien vereinbaren eine Kündigungsfrist von drei Monaten. Gerichtsstand ist Musterhafen.`;

export const CONTRAT_FR = `CONTRAT DE PRESTATION DE PHOTOGRAPHIE

ENTRE LES SOUSSIGNÉS :
La société Lumière du Port SARL, dont le siège est 3, quai Neuf, 00330 Portville,
ci-après « le Prestataire », d'une part,
ET
Madame Lise Exemple, demeurant 9, rue Basse, 00331 Portville, d'autre part,
il a été convenu ce qui suit le 4 avril 2025.

Article 1 - Objet
Le Prestataire réalise les photographies du mariage. Les parties conviennent que les photographies sont remises sous un mois.`;
