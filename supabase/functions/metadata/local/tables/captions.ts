/** Labels of letters, forms and tables, forms of address and words beside every meeting: they stand in a paper and say nothing of what it is about. In key form. */
export const CAPTIONS: readonly string[] = `
  onderwerp kenmerk betreft bijlage bijlagen geachte heer mevrouw naam adres telefoon datum handtekening
  betreff betrifft aktenzeichen zeichen anlage anlagen geehrte geehrter geehrten herr herrn frau vorname nachname unterschrift ort geburtsdatum
  subject reference regarding enclosure enclosures dear signature name surname forename forenames telephone
  objet reference annexe monsieur madame prenom signature soussigne soussignee telephone naissance
  asunto referencia anexo estimado estimada apellidos nombre firma fecha nacimiento abajo firmante
  oggetto riferimento allegato allegati gentile spettabile cognome nome sottoscritto sottoscritta nascita
  assunto referencia anexo exmo exma caro cara apelido assinatura nascimento
  emne vedrorende bilag underskrift fornavn etternavn efternavn arende bilaga namnteckning fornamn efternamn aihe liite allekirjoitus etunimi sukunimi
  temat dotyczy zalacznik podpis imie nazwisko predmet vec priloha jmeno prijmeni meno priezvisko targy melleklet alairas
  ordinaire ordinary ordinaria ordinario ordentliche ordentlichen extraordinaire extraordinary extraordinaria
  telefon telefono telefone mobile fax email website seite page pagina
`
  .trim()
  .split(/\s+/u);
