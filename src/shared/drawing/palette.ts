import type { KindInk } from './kind-style.ts';

/** All colours of one theme as `#rrggbb`, and its faces. */
export interface Palette {
  readonly kind: Readonly<Record<KindInk, string>>;
  readonly bg: string;
  readonly panel: string;
  readonly raised: string;
  readonly hover: string;
  readonly line: string;
  readonly line2: string;
  readonly fg: string;
  readonly fg2: string;
  readonly fg3: string;
  readonly accent: string;
  readonly onAccent: string;
  readonly ok: string;
  readonly warn: string;
  readonly bad: string;
  readonly chg: string;
  readonly disk: string;
  /** Share of kind colour in a wash over the panel, 0 to 1. */
  readonly wash: number;
  readonly light: boolean;
  readonly sans: string;
  readonly mono: string;
}

/** The product's faces first, then what other machines have: a picture that leaves the product takes no font along. */
const SANS = "'Inter Variable', Inter, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif";
const MONO = "'JetBrains Mono Variable', 'JetBrains Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace";

/** The values of src/renderer/theme/tokens.css, for drawing where there is no page; a test holds the two together. */
export const DARK_PALETTE: Palette = {
  kind: {
    text: '#5f9fff', rodata: '#45c0d8', relro: '#9c8fff', data: '#55c57f', bss: '#b6cc55', heap: '#f2a04a', stack: '#f27ab6', tstack: '#d79bea', guard: '#ff6f6b', anon: '#cfae83', file: '#6fd0b0', lib: '#8fa8cc', vdso: '#c5b4dd', kernel: '#8a95a3', noncanon: '#737d8a', gap: '#697380', reserved: '#9b8a70', wx: '#ff8149',
  },
  bg: '#0e1115', panel: '#13171c', raised: '#1a1f26', hover: '#212832', line: '#262d36', line2: '#36404c', fg: '#dbe1e8', fg2: '#a3adb9', fg3: '#8f9aa7', accent: '#7db0ff', onAccent: '#0b1220', ok: '#62cc8c', warn: '#f0b452', bad: '#ff7b78', chg: '#ffbe5c', disk: '#b39cf5',
  wash: 0.2, light: false, sans: SANS, mono: MONO,
};

export const LIGHT_PALETTE: Palette = {
  kind: {
    text: '#1f63d6', rodata: '#0a7a90', relro: '#6a4fe0', data: '#178240', bss: '#66780a', heap: '#b65f05', stack: '#c12578', tstack: '#9334b4', guard: '#cf2f33', anon: '#8a6234', file: '#0b7f63', lib: '#486690', vdso: '#6e5894', kernel: '#5a6572', noncanon: '#7a8591', gap: '#7d8793', reserved: '#7a6a50', wx: '#c5410f',
  },
  bg: '#eef1f4', panel: '#ffffff', raised: '#f5f7f9', hover: '#e9edf1', line: '#dce1e7', line2: '#bcc5cf', fg: '#1a2028', fg2: '#485463', fg3: '#596573', accent: '#1d5fd1', onAccent: '#ffffff', ok: '#157a3f', warn: '#8f5b00', bad: '#c4282d', chg: '#9a5800', disk: '#6344cf',
  wash: 0.15, light: true, sans: SANS, mono: MONO,
};
