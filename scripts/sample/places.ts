/** Where the sample month takes place: kommuner that exist, wards and vårdcentraler that do not. */
import type { Named } from '../../src/domain/stay/state.js';

const hsa = (n: number) => `SE2321000131-T${String(n).padStart(11, '0')}`;
const unit = (n: number, name: string): Named => ({ hsaId: hsa(n), name });

export const WARDS = {
  ryhovMedicin: unit(101, 'Medicinavdelning Björken, Länssjukhuset Ryhov'),
  ryhovKirurgi: unit(102, 'Kirurgavdelning Eken, Länssjukhuset Ryhov'),
  ryhovGeriatrik: unit(103, 'Geriatriska avdelningen Linden, Länssjukhuset Ryhov'),
  ryhovPsykiatri: unit(104, 'Psykiatriska avdelningen Rönnen, Länssjukhuset Ryhov'),
  varnamoMedicin: unit(201, 'Medicinavdelning Asken, Värnamo sjukhus'),
  varnamoOrtopedi: unit(202, 'Ortopedavdelning Hasseln, Värnamo sjukhus'),
  eksjoMedicin: unit(301, 'Medicinavdelning Alen, Höglandssjukhuset'),
  eksjoRehab: unit(302, 'Rehabiliteringsavdelningen Granen, Höglandssjukhuset'),
} as const;

interface Kommun {
  name: string;
  postort: string;
  vardcentraler: Named[];
  wards: Named[];
}

const ryhov = [WARDS.ryhovMedicin, WARDS.ryhovKirurgi, WARDS.ryhovGeriatrik];
const varnamo = [WARDS.varnamoMedicin, WARDS.varnamoOrtopedi];
const eksjo = [WARDS.eksjoMedicin, WARDS.eksjoRehab];

export const KOMMUNER: Record<string, Kommun> = {
  '0604': { name: 'Aneby', postort: '578 00 Aneby', wards: eksjo, vardcentraler: [unit(604, 'Vårdcentralen Kvarnen, Aneby')] },
  '0617': { name: 'Gnosjö', postort: '335 00 Gnosjö', wards: varnamo, vardcentraler: [unit(617, 'Vårdcentralen Smedjan, Gnosjö')] },
  '0642': { name: 'Mullsjö', postort: '565 00 Mullsjö', wards: ryhov, vardcentraler: [unit(642, 'Vårdcentralen Näcken, Mullsjö')] },
  '0643': { name: 'Habo', postort: '566 00 Habo', wards: ryhov, vardcentraler: [unit(643, 'Vårdcentralen Träkyrkan, Habo')] },
  '0662': { name: 'Gislaved', postort: '332 00 Gislaved', wards: varnamo, vardcentraler: [unit(662, 'Vårdcentralen Nissan, Gislaved')] },
  '0665': { name: 'Vaggeryd', postort: '567 00 Vaggeryd', wards: ryhov, vardcentraler: [unit(665, 'Vårdcentralen Lagan, Vaggeryd')] },
  '0680': {
    name: 'Jönköping',
    postort: '550 00 Jönköping',
    wards: ryhov,
    vardcentraler: [
      unit(680, 'Vårdcentralen Vätterstranden, Jönköping'),
      unit(681, 'Vårdcentralen Tändstickan, Jönköping'),
      unit(679, 'Vårdcentralen Tabergsån, Jönköping'),
    ],
  },
  '0682': { name: 'Nässjö', postort: '571 00 Nässjö', wards: eksjo, vardcentraler: [unit(682, 'Vårdcentralen Stinsen, Nässjö')] },
  '0683': { name: 'Värnamo', postort: '331 00 Värnamo', wards: varnamo, vardcentraler: [unit(683, 'Vårdcentralen Åbron, Värnamo')] },
  '0684': { name: 'Sävsjö', postort: '576 00 Sävsjö', wards: eksjo, vardcentraler: [unit(684, 'Vårdcentralen Hojen, Sävsjö')] },
  '0685': { name: 'Vetlanda', postort: '574 00 Vetlanda', wards: eksjo, vardcentraler: [unit(685, 'Vårdcentralen Emån, Vetlanda')] },
  '0686': { name: 'Eksjö', postort: '575 00 Eksjö', wards: eksjo, vardcentraler: [unit(686, 'Vårdcentralen Trästaden, Eksjö')] },
  '0687': { name: 'Tranås', postort: '573 00 Tranås', wards: eksjo, vardcentraler: [unit(687, 'Vårdcentralen Svartån, Tranås')] },
};
