import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { yOf, type Camera } from '../../../shared/drawing/camera/camera.ts';
import { mapOf, recordedMap } from '../../../shared/drawing/map-layout/testing/fixture-map.ts';
import { centredOn, homeCamera, inScale, isHome, panned, showing, zoomed } from '../../../shared/drawing/map/map-camera.ts';
import { buildModel } from '../../../shared/drawing/map/map-model.ts';
import { MapMotion } from './map-motion.ts';

const PANEL_PX = 890;
const model = buildModel(recordedMap('node'), PANEL_PX - 8);
const axes = { schematic: model.schematic, true: model.linear };

describe('home view', () => {
  it('shows the whole space in schematic scale and the user half in true scale', () => {
    const whole = homeCamera(axes.schematic, PANEL_PX);
    expect(yOf(axes.schematic, whole, { address: 1n << 64n, fraction: 0 })).toBeCloseTo(4, 1);
    expect(yOf(axes.schematic, whole, { address: 0n, fraction: 0 })).toBeCloseTo(886, 1);
    const half = homeCamera(axes.true, PANEL_PX);
    expect(yOf(axes.true, half, { address: 1n << 47n, fraction: 0 })).toBeCloseTo(4, 0);
    expect(yOf(axes.true, half, { address: 0n, fraction: 0 })).toBeCloseTo(886, 1);
  });

  it('cannot be zoomed out of in schematic scale; true scale goes on to the whole space', () => {
    const out = zoomed(axes.schematic, homeCamera(axes.schematic, PANEL_PX), 300, 0.1, PANEL_PX);
    expect(isHome(axes.schematic, out)).toBe(true);
    const far = zoomed(axes.true, homeCamera(axes.true, PANEL_PX), 300, 1e-9, PANEL_PX);
    expect(yOf(axes.true, far, { address: 0n, fraction: 0 }) - yOf(axes.true, far, { address: 1n << 64n, fraction: 0 })).toBeCloseTo(882, 0);
  });
});

describe('moves', () => {
  it('come back: zooming in and out about one place, and panning there and back', () => {
    fc.assert(fc.property(fc.constantFrom('schematic', 'true'), fc.integer({ min: 50, max: 840 }), fc.double({ min: 1.5, max: 1000, noNaN: true }), (scale, y, factor) => {
      const axis = axes[scale];
      const start = zoomed(axis, homeCamera(axis, PANEL_PX), 445, 8, PANEL_PX);
      const there = zoomed(axis, start, y, factor, PANEL_PX);
      const back = zoomed(axis, there, y, start.zoom / there.zoom, PANEL_PX);
      const at = { address: start.address, fraction: start.fraction };
      expect(yOf(axis, back, at)).toBeCloseTo(yOf(axis, start, at), 1);
      const panBack = panned(axis, panned(axis, start, 30, PANEL_PX), -30, PANEL_PX);
      expect(Math.abs(yOf(axis, panBack, at) - yOf(axis, start, at))).toBeLessThanOrEqual(30.001);
    }));
  });

  it('show a region large and in the middle, at any size', () => {
    const table = mapOf('400000-401000 text program:/a', '100000000000-300000000000 reserved');
    const { schematic } = buildModel(table, PANEL_PX - 8);
    for (const address of [0x400000n, 0x2000_0000_0000n]) {
      const region = table.rowAt(table.indexAt(address as ReturnType<typeof table.startAt>));
      const camera = showing(schematic, region, PANEL_PX);
      expect(yOf(schematic, camera, { address: region.end, fraction: 0 })).toBeCloseTo(28, 0);
      expect(yOf(schematic, camera, { address: region.start, fraction: 0 })).toBeCloseTo(862, 0);
    }
  });

  it('keep the focus still and as close when the scale changes', () => {
    const focus = { address: model.table.startAt(60), fraction: 0 };
    const start = centredOn(axes.schematic, { ...focus, atPx: 0, zoom: 40 }, focus.address, PANEL_PX);
    const other = inScale(axes.schematic, axes.true, start, focus, PANEL_PX);
    expect(yOf(axes.true, other, focus)).toBeCloseTo(yOf(axes.schematic, start, focus), 6);
    const back = inScale(axes.true, axes.schematic, other, focus, PANEL_PX);
    expect(back.zoom).toBeCloseTo(start.zoom, 6);
  });
});

describe('MapMotion', () => {
  const axis = axes.schematic;
  const from: Camera = homeCamera(axis, PANEL_PX);
  const to = zoomed(axis, from, 300, 12, PANEL_PX);

  it('arrives exactly, in its time, and is then at rest', () => {
    const motion = new MapMotion();
    const first = motion.moveTo(axis, from, to, 1000, false);
    expect(yOf(axis, first, { address: 0n, fraction: 0 })).toBeCloseTo(yOf(axis, from, { address: 0n, fraction: 0 }), 3);
    expect(motion.step(1090)?.zoom).toBeGreaterThan(from.zoom);
    expect(motion.step(1180)).toEqual(to);
    expect(motion.isRunning).toBe(false);
  });

  it('moves the rows from one scale to the other about the focus, and not at all under reduced motion', () => {
    const focus = { address: model.table.startAt(60), fraction: 0 };
    const start = centredOn(axes.schematic, { ...focus, atPx: 0, zoom: 40 }, focus.address, PANEL_PX);
    const before = axes.schematic.placeRows(start);
    const after = axes.true.placeRows(inScale(axes.schematic, axes.true, start, focus, PANEL_PX));
    const motion = new MapMotion();
    motion.morphFrom(before, 1000, false);
    for (const nowMs of [1000, 1060, 1120]) {
      motion.step(nowMs);
      expect(motion.isMorphing).toBe(true);
      // The focus stands still while what is around it moves.
      expect(motion.place(after).edgeY(60)).toBeCloseTo(before.edgeY(60), 3);
    }
    expect(motion.place(after).edgeY(20)).not.toBeCloseTo(after.edgeY(20), 0);
    motion.step(1180);
    expect(motion.isMorphing).toBe(false);
    expect(motion.place(after)).toBe(after);
    const still = new MapMotion();
    still.morphFrom(before, 1000, true);
    expect(still.isMorphing).toBe(false);
    expect(still.place(after)).toBe(after);
  });

  it('is instant under reduced motion; a flash is then a still tint', () => {
    const motion = new MapMotion();
    expect(motion.moveTo(axis, from, to, 1000, true)).toBe(to);
    motion.startFlash(1000, true);
    expect(motion.isRunning).toBe(false);
    expect(motion.flash).toBeGreaterThan(0);
  });
});
