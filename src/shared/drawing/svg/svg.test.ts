import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUnmappedKind } from '../../model/region.ts';
import { crowdedMap, recordedMap } from '../map-layout/testing/fixture-map.ts';
import { sceneOf } from '../map/testing/test-scene.ts';
import { DARK_PALETTE, LIGHT_PALETTE } from '../palette.ts';
import { pictureSvg } from './picture.ts';
import { posterSvg, type PosterFacts } from './poster.ts';
import { SvgPen } from './svg-pen.ts';
import { approximateWidth } from './text-widths.ts';

const facts = (table: PosterFacts['table']): PosterFacts => ({
  table, marks: [], totals: { mappings: table.length, virtualBytes: 1n << 30n, residentBytes: 4096n }, name: 'a <b> & "c"', pid: 4242, exe: '/opt/demo/program', date: '2026-11-23 09:30',
});

/** Every element that is opened is closed, in order; an XML parser asks no less. */
function wellFormed(svg: string): boolean {
  const open: string[] = [];
  for (const [, closing, name, selfClosing] of svg.matchAll(/<(\/?)([a-zA-Z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (closing === '/') {
      if (open.pop() !== name) return false;
    } else if (selfClosing !== '/') open.push(name ?? '');
  }
  return open.length === 0 && !/&(?!amp;|lt;|gt;|quot;)/.test(svg);
}

describe('poster', () => {
  const table = recordedMap('chromium-renderer');
  const svg = posterSvg(facts(table), LIGHT_PALETTE);

  it('is one well-formed document that needs nothing from elsewhere', () => {
    expect(wellFormed(svg)).toBe(true);
    expect(svg).not.toMatch(/<script|<image|@import|(?:href|src)=|url\((?!#)/);
    // Patterns and clips that are used are defined.
    const defined = new Set([...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    for (const [, id] of svg.matchAll(/url\(#([^)]+)\)/g)) expect(defined).toContain(id);
  });

  it('names the process, the date, every kind, and every mapped region with its address', () => {
    for (const text of ['a &lt;b&gt; &amp; &quot;c&quot;', 'PID 4242', '2026-11-23 09:30', 'Shared library, ', 'Stack, 1', '/opt/demo/program']) expect(svg).toContain(text);
    const named = new Set([...svg.matchAll(/>(0x[0-9a-f_]+)</g)].map(([, text]) => text));
    const missing = [...table].filter((region) => !isUnmappedKind(region.kind)).filter((region) => !named.has(`0x${region.start.toString(16).padStart(region.start > 0xffff_ffff_ffffn ? 16 : 12, '0').replaceAll(/(?=(?:.{4})+$)(?!^)/g, '_')}`));
    // A flag or a block at the very edge of a column may take the place of one.
    expect(missing.length).toBeLessThan(table.length * 0.03);
  });

  it('stays a sheet for a map of 65 000 mappings, and counts what is too small', () => {
    const large = posterSvg(facts(crowdedMap(65_000)), DARK_PALETTE);
    expect(Number(/width="(\d+)"/.exec(large)?.[1])).toBeLessThan(12_000);
    expect(large).toMatch(/>\+ [\d\u2009]+ regions/);
  });
});

describe('picture', () => {
  it('is the picture of the panel, text by text', () => {
    const scene = sceneOf(recordedMap('c-program'));
    const svg = pictureSvg(scene, DARK_PALETTE, 'a title', approximateWidth);
    expect(wellFormed(svg)).toBe(true);
    expect(svg).toContain('viewBox="0 0 380 890"');
    for (const text of ['[stack]', '[heap]', 'libc.so.6']) expect(svg).toContain(`>${text}<`);
  });
});

describe('SvgPen', () => {
  it('closes its groups, whatever is saved, clipped and restored', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('save', 'restore', 'translate', 'rotate', 'clip', 'text')), fc.string(), (steps, text) => {
      const pen = new SvgPen();
      for (const step of steps) {
        if (step === 'save') pen.save();
        else if (step === 'restore') pen.restore();
        else if (step === 'translate') pen.translate(1, 2);
        else if (step === 'rotate') pen.rotate(1);
        else if (step === 'clip') {
          pen.beginPath();
          pen.rect(0, 0, 5, 5);
          pen.clip();
        } else pen.fillText(text, 1, 2);
      }
      expect(wellFormed(pen.document(10, 10, text, DARK_PALETTE))).toBe(true);
    }));
  });

  it('writes colours that every viewer knows, with their opacity', () => {
    const pen = new SvgPen();
    pen.fillStyle = 'rgb(1 2 255 / 0.5)';
    pen.globalAlpha = 0.5;
    pen.fillRect(0, 0, 1, 1);
    expect(pen.document(1, 1, '', DARK_PALETTE)).toContain('fill="#0102ff" fill-opacity="0.25"');
  });
});

describe('approximateWidth', () => {
  it('grows with the text and the size', () => {
    expect(approximateWidth('11px Inter', 'libc')).toBeCloseTo(2 * approximateWidth('5.5px Inter', 'libc'), 9);
    expect(approximateWidth("10px 'JetBrains Mono'", '0x7fff')).toBe(36);
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => {
      expect(approximateWidth('600 11px Inter', a + b)).toBeGreaterThanOrEqual(approximateWidth('600 11px Inter', a));
    }));
  });
});
