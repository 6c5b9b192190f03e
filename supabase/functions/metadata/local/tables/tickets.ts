/** Words of key form in the names of those who carry people or hold events. They count on tickets alone. */
export const OPERATOR_WORDS: readonly string[] = [
  "railway", "railways", "rail", "trains", "train", "airlines", "airline", "airways", "air", "lines", "ferries", "ferry", "coaches", "buses", "bus", "metro", "tramways", "transport", "transit", "express",
  "bahn", "*bahn", "*bahnen", "verkehrsbetriebe", "verkehrsverbund", "*verbund", "fluggesellschaft", "*reisen", "reederei", "chemins de fer", "compagnie", "cars", "navettes", "ferrocarriles", "aerolineas", "autobuses", "navieras",
  "theatre", "theater", "opera", "oper", "philharmonie", "philharmonic", "cinema", "cinemas", "kino", "cine", "arena", "stadium", "stadion", "museum", "musee", "museo", "festival", "zoo", "circus", "zirkus", "cirque", "teatro", "concerts", "konzerte", "tickets", "events",
];

/** Labels before the place where a journey begins, and before the one where it ends. */
export const FROM_LABELS: readonly string[] = ["from", "origin", "departing", "departing from", "departs", "departure", "depart", "von", "ab", "abfahrt", "abfahrt ab", "startbahnhof", "abflug", "de", "au depart de", "gare de depart", "origen", "desde", "salida",
  "da", "partenza", "origem", "partida", "van", "vertrek", "skad", "odjazd", "odkud", "odjezd", "odkial", "honnan", "indulas", "fran", "avgang", "fra", "afgang", "mista", "lahto", "de la", "plecare", "nereden", "kalkis", "απο", "αναχωρηση", "откуда", "отправление", "звідки", "відправлення", "出発", "出発駅", "出发站", "출발", "출발역", "מוצא"];
export const TO_LABELS: readonly string[] = ["to", "destination", "arriving", "arriving at", "arrives", "arrival", "arrive", "nach", "an", "ankunft", "ziel", "zielbahnhof", "a", "vers", "arrivee", "gare d arrivee", "destino", "hasta", "llegada",
  "arrivo", "chegada", "naar", "bestemming", "aankomst", "dokad", "przyjazd", "kam", "prijezd", "hova", "erkezes", "till", "ankomst", "til", "minne", "saapuminen", "la", "sosire", "nereye", "varis", "προς", "αφιξη", "куда", "прибытие", "куди", "прибуття", "到着", "到着駅", "到达站", "도착", "도착역", "יעד"];

/** What stands between the two places of a journey in one line. Arrows need no more proof; words need a short line of names. */
export const ROUTE_ARROWS: readonly string[] = ["→", "⟶", "➔", "➜", "⇒", "->", "=>", ">"];
export const ROUTE_WORDS: readonly string[] = ["to", "nach", "à", "vers", "a", "hacia", "hasta"];

/** How a journey is written in the language of the ticket. */
export const ROUTE_JOINERS: Record<string, string> = { en: "to", de: "nach", fr: "à", es: "a", it: "a", pt: "a", nl: "naar", ms: "ke" };

/** Words that a place's name goes without where the room is small, with all that follows them: "Paris Gare de Lyon". */
export const STATION_WORDS: readonly string[] = [
  "central", "junction", "station", "hbf", "hauptbahnhof", "bahnhof", "bf", "gare", "estacion", "stazione", "airport", "flughafen", "aeroport", "aeropuerto", "terminal", "international", "intl", "zob", "busbahnhof", "coach", "parkway",
];

/** Words of tickets in general, in key form: no place, no event. */
export const TICKET_WORDS: readonly string[] = [
  "ticket", "tickets", "e ticket", "booking", "reservation", "reference", "confirmation", "confirmed", "passenger", "passengers", "traveller", "seat", "coach", "class", "platform", "gate", "row", "adult", "child", "standard", "single", "return", "advance", "valid", "direct", "wallet", "welcome", "add", "show", "code", "price", "fare", "admit", "admission", "doors", "door", "boarding", "download", "print",
  "fahrkarte", "fahrschein", "buchung", "reservierung", "bestatigung", "auftrag", "auftragsnummer", "reisender", "reisende", "sitz", "sitzplatz", "platz", "wagen", "klasse", "gleis", "erwachsener", "einfache", "hinfahrt", "ruckfahrt", "gultig", "willkommen", "preis", "einlass", "reihe", "eintrittskarte",
  "billet", "reservation", "passager", "voyageur", "siege", "voiture", "classe", "voie", "quai", "adulte", "aller", "retour", "valable", "bienvenue", "prix", "tarif", "rang", "entree",
  "billete", "reserva", "pasajero", "viajero", "asiento", "coche", "clase", "anden", "adulto", "ida", "vuelta", "valido", "bienvenido", "precio", "tarifa", "fila", "entrada",
];

/** Labels before the name of an event. */
export const EVENT_LABELS: readonly string[] = ["event", "show", "concert", "performance", "film", "movie", "match", "veranstaltung", "konzert", "vorstellung", "evenement", "spectacle", "evento", "concierto", "espectaculo", "funcion", "pelicula"];

/** Labels of what a ticket cost, where no total is named. */
export const FARE_LABELS: readonly string[] = ["price", "fare", "ticket price", "paid", "preis", "fahrpreis", "ticketpreis", "prix", "tarif", "precio", "tarifa", "importe", "harga", "prezzo", "prijs"];
