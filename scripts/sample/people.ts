/** The people of the sample month: all made up, with personnummer of the tax agency's test series (birth numbers 980 and 981). */
import type { JsonObject } from '../../src/domain/ids.js';
import { dice } from './clock.js';

const WOMEN = [
  'Märta',
  'Elsa',
  'Ingrid',
  'Britta',
  'Karin',
  'Gun',
  'Maj-Britt',
  'Astrid',
  'Rut',
  'Siv',
  'Barbro',
  'Ulla',
  'Inga',
  'Gerd',
  'Åsa',
  'Birgit',
  'Kerstin',
  'Sonja',
  'Vera',
  'Anna-Lisa',
];
const MEN = [
  'Sven',
  'Gösta',
  'Bertil',
  'Åke',
  'Nils',
  'Arne',
  'Stig',
  'Karl-Erik',
  'Lennart',
  'Rune',
  'Ture',
  'Holger',
  'Göran',
  'Börje',
  'Evert',
  'Sixten',
  'Allan',
  'Folke',
  'Ingvar',
  'Tage',
];
const SURNAMES = [
  'Ekvall',
  'Söderlind',
  'Brännström',
  'Hjortsjö',
  'Stenmark',
  'Rydén',
  'Almgren',
  'Tallberg',
  'Åkerblom',
  'Norrby',
  'Sandin',
  'Vikander',
  'Björkstam',
  'Lövgren',
  'Hällqvist',
  'Dahlin',
  'Öhrn',
  'Fagerlund',
  'Granath',
  'Sjöstrand',
];
const STAFF = [
  'Anna',
  'Erik',
  'Fatima',
  'Johan',
  'Maria',
  'Peter',
  'Sara',
  'Ahmed',
  'Linda',
  'Mikael',
  'Emelie',
  'Daniel',
  'Jelena',
  'Oskar',
  'Hanna',
  'Viktor',
];
const STREETS = ['Exempelvägen', 'Provgatan', 'Mallgränd', 'Påhittsvägen', 'Sagostigen', 'Övningsgatan'];

/** The n-th patient of the sample month, with an address in a place. No two are the same person. */
export function patient(n: number, place: string): JsonObject {
  const roll = dice(`patient ${n}`);
  const born = new Date(Date.UTC(1922 + (n % 27), Math.floor(roll() * 12), 1 + Math.floor(roll() * 28)));
  const woman = n % 2 === 0;
  const names = woman ? WOMEN : MEN;
  return {
    personnummer: personnummer(born, woman ? 980 : 981),
    name: `${names[Math.floor(n / 2) % names.length]} ${SURNAMES[(n * 7 + Math.floor(n / 40)) % SURNAMES.length]}`,
    folkbokforingsadress: `${STREETS[Math.floor(roll() * STREETS.length)]} ${1 + Math.floor(roll() * 60)}, ${place}`,
  };
}

/** A member of staff: the same at the same unit in the same role every time. */
export function staffName(unit: string, role: string, shift = 0): string {
  const roll = dice(`staff ${unit} ${role} ${shift}`);
  return `${STAFF[Math.floor(roll() * STAFF.length)]} ${SURNAMES[Math.floor(roll() * SURNAMES.length)]}`;
}

function personnummer(born: Date, birthNumber: number): string {
  const date = born.toISOString().slice(0, 10).replaceAll('-', '');
  return `${date}${birthNumber}${checkDigit(`${date.slice(2)}${birthNumber}`)}`;
}

/** Luhn over the nine last digits before it. */
function checkDigit(nine: string): number {
  const sum = [...nine].reduce((total, char, i) => {
    const product = Number(char) * (i % 2 === 0 ? 2 : 1);
    return total + (product > 9 ? product - 9 : product);
  }, 0);
  return (10 - (sum % 10)) % 10;
}
