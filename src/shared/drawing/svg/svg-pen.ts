import type { KindPattern } from '../kind-style.ts';
import type { PatternTile } from '../map/paint/map-inks.ts';
import type { Palette } from '../palette.ts';
import type { Ink, Pen } from '../pen.ts';
import { approximateWidth, parseFont } from './text-widths.ts';

/** Writes what it is asked to draw as SVG elements. The document is whole in itself: no fonts, scripts or files from elsewhere. */
export class SvgPen implements Pen {
  fillStyle: Ink = '#000';
  strokeStyle: Ink = '#000';
  lineWidth = 1;
  lineJoin: Pen['lineJoin'] = 'miter';
  globalAlpha = 1;
  font = '10px sans-serif';
  textAlign: Pen['textAlign'] = 'left';
  textBaseline: Pen['textBaseline'] = 'alphabetic';
  readonly #measure: (font: string, text: string) => number;
  readonly #out: string[] = [];
  readonly #patterns: SvgPattern[] = [];
  readonly #saved: Saved[] = [];
  #path = '';
  #dash: readonly number[] = [];
  #openGroups = 0;
  #clips = 0;

  /** `measure` answers with the width of a text; without it widths come from a table. */
  constructor(measure: (font: string, text: string) => number = approximateWidth) {
    this.#measure = measure;
  }

  /** A tile maker for map-inks.ts. */
  readonly tile = (pattern: KindPattern, line: string, ground: string | undefined): PatternTile => {
    const made = new SvgPattern(`p${this.#patterns.length}`, pattern, line, ground);
    this.#patterns.push(made);
    return { ink: made, moveTo: (y) => made.moveTo(y) };
  };

  /** The finished document. `title` is told by screen readers and shown by viewers. */
  document(widthPx: number, heightPx: number, title: string, palette: Palette): string {
    const used = this.#patterns.filter((pattern) => pattern.used);
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${n(widthPx)}" height="${n(heightPx)}" viewBox="0 0 ${n(widthPx)} ${n(heightPx)}" role="img" aria-label="${escape(title)}">`,
      `<title>${escape(title)}</title>`,
      `<style>text{font-family:${palette.sans};white-space:pre}.m{font-family:${palette.mono}}</style>`,
      `<defs>${used.map((pattern) => pattern.markup()).join('')}</defs>`,
      ...this.#out,
      '</g>'.repeat(this.#openGroups),
      '</svg>',
      '',
    ].join('\n');
  }

  save(): void {
    this.#saved.push({
      groups: this.#openGroups, fillStyle: this.fillStyle, strokeStyle: this.strokeStyle, lineWidth: this.lineWidth, globalAlpha: this.globalAlpha, font: this.font, textAlign: this.textAlign, dash: this.#dash,
    });
  }

  restore(): void {
    const saved = this.#saved.pop();
    if (!saved) return;
    for (; this.#openGroups > saved.groups; this.#openGroups--) this.#out.push('</g>');
    this.fillStyle = saved.fillStyle;
    this.strokeStyle = saved.strokeStyle;
    this.lineWidth = saved.lineWidth;
    this.globalAlpha = saved.globalAlpha;
    this.font = saved.font;
    this.textAlign = saved.textAlign;
    this.#dash = saved.dash;
  }

  beginPath(): void { this.#path = ''; }
  closePath(): void { this.#path += 'Z'; }
  moveTo(x: number, y: number): void { this.#path += `M${n(x)} ${n(y)}`; }
  lineTo(x: number, y: number): void { this.#path += `L${n(x)} ${n(y)}`; }
  rect(x: number, y: number, width: number, height: number): void { this.#path += `M${n(x)} ${n(y)}h${n(width)}v${n(height)}h${n(-width)}Z`; }

  /** Whole circles only: the map draws no other arcs. */
  arc(x: number, y: number, radius: number): void {
    this.#path += `M${n(x - radius)} ${n(y)}a${n(radius)} ${n(radius)} 0 1 0 ${n(2 * radius)} 0a${n(radius)} ${n(radius)} 0 1 0 ${n(-2 * radius)} 0Z`;
  }

  roundRect(x: number, y: number, width: number, height: number, radius: number): void {
    const r = Math.max(0, Math.min(radius, width / 2, height / 2));
    const corner = (dx: number, dy: number): string => `a${n(r)} ${n(r)} 0 0 1 ${n(dx)} ${n(dy)}`;
    this.#path += `M${n(x + r)} ${n(y)}h${n(width - 2 * r)}${corner(r, r)}v${n(height - 2 * r)}${corner(-r, r)}h${n(2 * r - width)}${corner(-r, -r)}v${n(2 * r - height)}${corner(r, -r)}Z`;
  }

  clip(): void {
    const id = `c${this.#clips++}`;
    this.#out.push(`<clipPath id="${id}"><path d="${this.#path}"/></clipPath><g clip-path="url(#${id})">`);
    this.#openGroups++;
  }

  fill(): void {
    if (this.#path !== '') this.#out.push(`<path d="${this.#path}"${this.#fill()}/>`);
  }

  stroke(): void {
    if (this.#path !== '') this.#out.push(`<path d="${this.#path}" fill="none"${this.#stroke()}/>`);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    if (width > 0 && height > 0 && this.globalAlpha > 0) this.#out.push(`<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}"${this.#fill()}/>`);
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.#out.push(`<rect x="${n(x)}" y="${n(y)}" width="${n(Math.max(0, width))}" height="${n(Math.max(0, height))}" fill="none"${this.#stroke()}/>`);
  }

  /** There is nothing below to be cleared away. */
  clearRect(): void {}

  fillText(text: string, x: number, y: number): void {
    this.#text(text, x, y, this.#fill());
  }

  strokeText(text: string, x: number, y: number): void {
    this.#text(text, x, y, ` fill="none"${this.#stroke()} stroke-linejoin="round"`);
  }

  measureText(text: string): { readonly width: number } {
    return { width: this.#measure(this.font, text) };
  }

  translate(x: number, y: number): void { this.#group(`translate(${n(x)} ${n(y)})`); }
  rotate(angle: number): void { this.#group(`rotate(${n((angle * 180) / Math.PI)})`); }
  setLineDash(segments: readonly number[]): void { this.#dash = segments; }

  #group(transform: string): void {
    this.#out.push(`<g transform="${transform}">`);
    this.#openGroups++;
  }

  /** The width is given with each text, so that it fits its box in whatever face the viewer has. */
  #text(text: string, x: number, y: number, paint: string): void {
    if (text.trim() === '') return;
    const { sizePx, weight, mono } = parseFont(this.font);
    const anchor = { right: 'end', end: 'end', center: 'middle', left: '', start: '' }[this.textAlign];
    this.#out.push(
      `<text x="${n(x)}" y="${n(y)}" font-size="${n(sizePx)}"${weight === 400 ? '' : ` font-weight="${weight}"`}${mono ? ' class="m"' : ''}${anchor === '' ? '' : ` text-anchor="${anchor}"`} textLength="${n(this.#measure(this.font, text))}" lengthAdjust="spacingAndGlyphs"${paint}>${escape(text)}</text>`,
    );
  }

  #fill(): string {
    return this.#paint('fill', this.fillStyle);
  }

  #stroke(): string {
    const dash = this.#dash.length > 0 ? ` stroke-dasharray="${this.#dash.join(' ')}"` : '';
    return `${this.#paint('stroke', this.strokeStyle)} stroke-width="${n(this.lineWidth)}"${dash}`;
  }

  #paint(what: 'fill' | 'stroke', ink: Ink): string {
    if (ink instanceof SvgPattern) {
      ink.used = true;
      return ` ${what}="url(#${ink.id})"${this.globalAlpha < 1 ? ` ${what}-opacity="${n(this.globalAlpha)}"` : ''}`;
    }
    const { colour, alpha } = plainColour(typeof ink === 'string' ? ink : 'transparent');
    const opacity = alpha * this.globalAlpha;
    return ` ${what}="${colour}"${opacity < 1 ? ` ${what}-opacity="${n(opacity)}"` : ''}`;
  }
}

interface Saved {
  readonly groups: number;
  readonly fillStyle: Ink;
  readonly strokeStyle: Ink;
  readonly lineWidth: number;
  readonly globalAlpha: number;
  readonly font: string;
  readonly textAlign: Pen['textAlign'];
  readonly dash: readonly number[];
}

class SvgPattern {
  used = false;
  readonly id: string;
  readonly #pattern: KindPattern;
  readonly #line: string;
  readonly #ground: string | undefined;
  #y = 0;

  constructor(id: string, pattern: KindPattern, line: string, ground: string | undefined) {
    this.id = id;
    this.#pattern = pattern;
    this.#line = line;
    this.#ground = ground;
  }

  moveTo(y: number): void {
    this.#y = y;
  }

  markup(): string {
    const { sizeCssPx, d, strokeWidth } = this.#pattern;
    const ground = this.#ground === undefined ? '' : `<rect width="${sizeCssPx}" height="${sizeCssPx}" fill="${plainColour(this.#ground).colour}"/>`;
    const line = plainColour(this.#line).colour;
    const paint = strokeWidth === undefined ? `fill="${line}"` : `fill="none" stroke="${line}" stroke-width="${strokeWidth}"`;
    return `<pattern id="${this.id}" width="${sizeCssPx}" height="${sizeCssPx}" patternUnits="userSpaceOnUse" patternTransform="translate(0 ${n(this.#y % sizeCssPx)})">${ground}<path d="${d}" ${paint}/></pattern>`;
  }
}

/** `rgb(1 2 3 / 0.5)` as a hex colour and an opacity, which every viewer knows. */
function plainColour(colour: string): { readonly colour: string; readonly alpha: number } {
  const match = /^rgb\((\d+)[ ,]+(\d+)[ ,]+(\d+)(?: ?\/ ?([\d.]+))?\)$/.exec(colour);
  if (!match) return colour === 'transparent' ? { colour: 'none', alpha: 1 } : { colour, alpha: 1 };
  const hex = match.slice(1, 4).map((part) => Number(part).toString(16).padStart(2, '0')).join('');
  return { colour: `#${hex}`, alpha: match[4] === undefined ? 1 : Number(match[4]) };
}

function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Also control characters, which names of files may hold and XML may not. */
function escape(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what XML 1.0 does not allow
  return text.replaceAll(/[\u0000-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
