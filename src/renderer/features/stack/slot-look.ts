import type { SlotRole, StackSlot } from '../../../shared/model/stack.ts';

/** How a slot of a role is drawn: its letter, its colour, its name. Bytes without a name of their own are hatched and have no letter. */
export interface SlotLook {
  readonly letter: string;
  /** CSS colour variable. */
  readonly ink: string;
  readonly name: string;
  readonly isPlain: boolean;
}

export const SLOT_LOOKS: Readonly<Record<SlotRole, SlotLook>> = {
  parameter: { letter: 'A', ink: '--v-int', name: 'argument', isPlain: false },
  local: { letter: 'L', ink: '--v-ptr', name: 'local', isPlain: false },
  'saved-register': { letter: 'S', ink: '--k-relro', name: 'saved register', isPlain: false },
  'return-address': { letter: 'R', ink: '--k-heap', name: 'return address', isPlain: false },
  canary: { letter: 'C', ink: '--k-guard', name: 'canary', isPlain: false },
  alloca: { letter: 'D', ink: '--k-anon', name: 'alloca', isPlain: false },
  'signal-frame': { letter: 'K', ink: '--k-vdso', name: 'signal frame', isPlain: false },
  spill: { letter: '', ink: '--k-gap', name: 'spill or unknown', isPlain: true },
  padding: { letter: '', ink: '--k-gap', name: 'padding', isPlain: true },
  'red-zone': { letter: '', ink: '--k-gap', name: 'red zone', isPlain: true },
};

/** What stands left in the box. */
export function slotTitle(slot: StackSlot): string {
  const { role } = slot;
  if (role === 'local' || role === 'parameter') return slot.name ?? SLOT_LOOKS[role].name;
  if (role === 'saved-register') return `saved ${slot.register ?? 'register'}`;
  if (role === 'canary') return 'stack canary';
  if (role === 'signal-frame') return slot.name ?? 'signal frame';
  if (role === 'spill') return slot.words === 'not known' ? 'not known' : 'spill';
  return SLOT_LOOKS[role].name;
}

const LONGEST_VALUE = 120;

/** What stands right in the box: what the bytes hold, in as few words as tell it. */
export function slotHolds(slot: StackSlot): string {
  switch (slot.role) {
    case 'return-address':
    case 'canary':
      return slot.words;
    case 'saved-register':
      return slot.words === '' ? slot.value ?? '' : slot.pointsTo === undefined ? `${slot.value ?? ''}, ${slot.words}` : `→ ${slot.words}`;
    case 'local':
    case 'parameter': {
      const value = shortValue(slot.value ?? '');
      const owner = slot.ofLevel === undefined || slot.words === '' ? '' : `${slot.words}: `;
      return slot.pointsTo === undefined ? `${owner}${value}` : `${owner}→ ${pointerWords(slot)}`;
    }
    case 'spill':
      return slot.pointsTo === undefined ? '' : `→ ${slot.words}`;
    default:
      return slot.words;
  }
}

/** gdb's text without what only repeats the type. */
export function shortValue(value: string): string {
  const text = value.replace(/^\([^()]*\) (?=0x)/, '').replaceAll(/\s+/g, ' ');
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

/** Where a pointer goes: gdb's own words beside the number, else what lies there, else the number. */
function pointerWords(slot: StackSlot): string {
  const text = /^(?:@|\([^()]*\) )?0x[0-9a-f]+ (.+)$/s.exec(slot.value ?? '')?.[1];
  const words = slot.ofLevel === undefined ? slot.words : '';
  return text !== undefined ? shortValue(text) : words !== '' ? words : `0x${(slot.pointsTo ?? 0n).toString(16)}`;
}

/** The whole slot in one sentence, for screen readers and tooltips. */
export function slotSentence(slot: StackSlot): string {
  const look = SLOT_LOOKS[slot.role];
  const title = slotTitle(slot);
  const name = title === look.name ? title : `${look.name} ${title}`;
  const type = slot.type === undefined ? '' : `, ${slot.type}`;
  const holds = slotHolds(slot);
  const before = slot.change?.changed === true ? (slot.change.before === undefined ? ', changed' : `, was ${shortValue(slot.change.before)}`) : '';
  return `${name}${type}${holds === '' ? '' : `: ${holds}`}${before}, ${slot.end - slot.start} bytes`;
}

/** ok or bad for a slot that was compared with something. */
export function slotTone(slot: StackSlot): '' | 'ok' | 'bad' {
  if (slot.role === 'canary') return slot.words === 'intact' ? 'ok' : slot.words === 'smashed' ? 'bad' : '';
  if (slot.role === 'return-address' && slot.words.startsWith('not executable')) return 'bad';
  if (slot.role === 'saved-register' && slot.words === 'not on the stack') return 'bad';
  return '';
}
