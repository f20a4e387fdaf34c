/** What the made-up staff writes. Swedish, short, and about nobody. */
export const ORSAKER = [
  'Pneumoni',
  'Höftfraktur efter fall',
  'Försämrad hjärtsvikt',
  'Stroke',
  'KOL-försämring',
  'Urosepsis',
  'Fall i hemmet, oklar yrsel',
  'Bukkirurgi',
  'Förvirring vid infektion',
  'Bensår med infektion',
];
export const KOMMUNIKATION = [
  'Hör bra med hörapparat.',
  'Inga svårigheter.',
  'Behöver korta meningar och god tid.',
  'Ser dåligt, läser stor text.',
];
export const BOENDE = ['Egen lägenhet', 'Villa tillsammans med maka eller make', 'Trygghetsboende', 'Särskilt boende'];
export const INSATSER = [
  'Hemtjänst morgon och kväll',
  'Hemtjänst fyra gånger per dag',
  'Trygghetslarm',
  'Matdistribution',
  'Delegerad läkemedelshjälp',
  'Hemrehabilitering två gånger i veckan',
  'Korttidsplats två veckor',
];
export const VIKTIGT = [
  'Att få komma hem till sin katt.',
  'Att kunna gå ut på egen hand igen.',
  'Att slippa ha ont på nätterna.',
  'Att träffa barnbarnen på söndagar.',
  'Att sova i sin egen säng.',
];
export const MAL = [
  'Går själv till brevlådan inom fyra veckor.',
  'Klarar morgontoaletten med stöd av en person.',
  'Äter tre mål om dagen.',
  'Känner sig trygg med läkemedlen.',
];
export const EGENVARD = ['Mäter blodtrycket själv på morgonen.', 'Gör sitt rörelseprogram dagligen.', 'Väger sig varje vecka.'];
export const VARDPLAN: Record<string, readonly string[]> = {
  slutenvard: ['Mobiliseras dagligen, läkemedel insatta och utvärderade.', 'Omvårdnad enligt plan, smärtlindring fungerar.'],
  vardcentral: ['Läkarkontakt inom två veckor, provtagning efter en vecka.', 'Vårdsamordnare ringer dagen efter hemkomst.'],
  kommun: [
    'Hemtjänst från hemkomstdagen, trygghetslarm.',
    'Hemtjänst och hemsjukvård från första kvällen.',
    'Hembesök samma dag, hjälpmedel på plats.',
  ],
};
export const ANSVAR: Record<string, string> = {
  slutenvard: 'Avdelningen ansvarar till utskrivningen.',
  vardcentral: 'Vårdcentralen ansvarar för medicinsk uppföljning.',
  kommun: 'Kommunen ansvarar för insatserna i hemmet.',
};
