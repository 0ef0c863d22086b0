import { describe, expect, it } from 'vitest';
import { inputZone, type ZoneElement, type ZoneHandlers } from './input-zone.ts';

/** An element at (100, 50) that is sent events by hand. */
class Zone extends EventTarget {
  readonly captured: number[] = [];
  #timeMs = 0;

  getBoundingClientRect(): DOMRect {
    const box = { x: 100, y: 50, width: 400, height: 800, left: 100, top: 50, right: 500, bottom: 850 };
    return { ...box, toJSON: () => box };
  }

  setPointerCapture(id: number): void {
    this.captured.push(id);
  }

  /** Place in the zone; sends the event and answers whether its default was prevented. */
  send(type: string, x: number, y: number, fields: object = {}, afterMs = 1): boolean {
    const event = new Event(type, { cancelable: true });
    this.#timeMs += afterMs;
    const all = { clientX: 100 + x, clientY: 50 + y, button: 0, pointerId: 1, pointerType: 'mouse', shiftKey: false, ctrlKey: false, metaKey: false, deltaX: 0, deltaY: 0, deltaMode: 0, timeStamp: this.#timeMs, ...fields };
    for (const [name, value] of Object.entries(all)) Object.defineProperty(event, name, { value });
    return !this.dispatchEvent(event);
  }
}

/** A zone that writes down what it is told. */
function listening(names: readonly (keyof ZoneHandlers)[]): { readonly zone: Zone; readonly told: [string, ...unknown[]][]; readonly stop: () => void } {
  const told: [string, ...unknown[]][] = [];
  const zone = new Zone();
  const handlers = Object.fromEntries(names.map((name) => [name, (...args: unknown[]) => void told.push([name, ...args])]));
  return { zone, told, stop: inputZone(zone as ZoneElement, handlers) };
}

const ALL: readonly (keyof ZoneHandlers)[] = ['wheel', 'hover', 'dragStart', 'drag', 'dragEnd', 'click', 'doubleClick', 'pinch', 'contextMenu'];
const touch = (pointerId: number): object => ({ pointerId, pointerType: 'touch' });

describe('mouse', () => {
  it('a press that hardly moves is a click; one that moves is a drag from where it began', () => {
    const { zone, told } = listening(ALL);
    zone.send('pointerdown', 10, 20);
    zone.send('pointermove', 12, 21);
    zone.send('pointerup', 12, 21, { shiftKey: true });
    expect(told).toEqual([['click', { x: 12, y: 21, shift: true, ctrl: false }]]);
    told.length = 0;
    zone.send('pointerdown', 10, 20);
    zone.send('pointermove', 10, 30, { shiftKey: true });
    zone.send('pointermove', 10, 35);
    zone.send('pointerup', 10, 36);
    expect(told.map(([name]) => name)).toEqual(['hover', 'dragStart', 'drag', 'drag', 'dragEnd']);
    expect(told[1]?.[1]).toMatchObject({ startX: 10, startY: 20, shift: true });
    expect(told.filter(([name]) => name === 'drag').map(([, drag]) => drag)).toMatchObject([{ stepY: 10 }, { stepY: 5 }]);
    expect(zone.captured).toEqual([1, 1]);
  });

  it('a press that the system takes away is no click, and another button is none', () => {
    const { zone, told } = listening(ALL);
    zone.send('pointerdown', 10, 20);
    zone.send('pointercancel', 10, 20);
    zone.send('pointerdown', 10, 20, { button: 2 });
    zone.send('pointerup', 10, 20, { button: 2 });
    expect(told).toEqual([]);
  });

  it('tells double clicks, menus with their place in the window, and that the pointer is gone', () => {
    const { zone, told } = listening(ALL);
    zone.send('dblclick', 5, 6);
    expect(zone.send('contextmenu', 7, 8, { button: 2 })).toBe(true);
    zone.send('pointerleave', 0, 0);
    for (const [fields, byKey] of [[{ pointerType: '' }, true], [{ button: -1 }, true], [{ pointerType: 'touch' }, false]] as const) {
      zone.send('contextmenu', 0, 0, fields);
      expect(told.pop()?.[4]).toBe(byKey);
    }
    expect(told).toEqual([['doubleClick', { x: 5, y: 6, shift: false, ctrl: false }], ['contextMenu', { x: 7, y: 8, shift: false, ctrl: false }, 107, 58, false], ['hover', undefined]]);
  });

  it('hears nothing any more once it is stopped', () => {
    const { zone, told, stop } = listening(ALL);
    stop();
    for (const type of ['wheel', 'pointerdown', 'pointermove', 'pointerup', 'dblclick', 'contextmenu']) zone.send(type, 1, 1);
    expect(told).toEqual([]);
  });
});

describe('wheel', () => {
  const steps = (told: readonly unknown[][]): unknown[] => told.map(([, , stepX, stepY, zoom, pinch]) => [stepX, stepY, zoom, pinch]);

  it('counts lines and pages in px, and keeps the page from scrolling', () => {
    const { zone, told } = listening(['wheel']);
    expect(zone.send('wheel', 1, 1, { deltaY: 3 })).toBe(true);
    zone.send('wheel', 1, 1, { deltaY: 3, deltaMode: 1 }, 1000);
    zone.send('wheel', 1, 1, { deltaY: -1, deltaMode: 2 }, 1000);
    expect(steps(told)).toEqual([[0, 3, true, false], [0, 54, true, false], [0, -400, true, false]]);
  });

  it('scrolls with Shift and sideways, zooms on a pinch of the touchpad, and stays with that until the gesture ends', () => {
    const { zone, told } = listening(['wheel']);
    zone.send('wheel', 1, 1, { deltaY: 3, shiftKey: true });
    zone.send('wheel', 1, 1, { deltaY: 3 }, 100);
    zone.send('wheel', 1, 1, { deltaY: 3, ctrlKey: true }, 1000);
    zone.send('wheel', 1, 1, { deltaY: 3, shiftKey: true }, 100);
    zone.send('wheel', 1, 1, { deltaX: 9, deltaY: 1 }, 1000);
    expect(steps(told)).toEqual([[0, 3, false, false], [0, 3, false, false], [0, 3, true, true], [0, 3, true, false], [9, 1, false, false]]);
  });
});

describe('two fingers', () => {
  it('pinch about their middle by how much farther apart they are, and take what lies under it with them', () => {
    const { zone, told } = listening(ALL);
    zone.send('pointerdown', 100, 200, touch(1));
    zone.send('pointerdown', 100, 300, touch(2));
    zone.send('pointermove', 100, 400, touch(2));
    zone.send('pointermove', 100, 100, touch(1));
    expect(told.map(([name]) => name)).toEqual(['pinch', 'pinch']);
    expect(told[0]).toMatchObject(['pinch', { x: 100, y: 250 }, 2, 0, 50]);
    expect(told[1]).toMatchObject(['pinch', { x: 100, y: 300 }, 1.5, 0, -50]);
    // The finger that stays does not click when it is lifted.
    zone.send('pointerup', 100, 400, touch(2));
    zone.send('pointerup', 100, 100, touch(1));
    expect(told.map(([name]) => name)).not.toContain('click');
  });

  it('end a drag that one finger had begun', () => {
    const { zone, told } = listening(ALL);
    zone.send('pointerdown', 100, 200, touch(1));
    zone.send('pointermove', 100, 240, touch(1));
    zone.send('pointerdown', 100, 300, touch(2));
    zone.send('pointermove', 100, 420, touch(2));
    expect(told.map(([name]) => name)).toEqual(['hover', 'dragStart', 'drag', 'dragEnd', 'pinch']);
    // Fingers on one point have no distance to compare with.
    zone.send('pointermove', 100, 240, touch(2));
    zone.send('pointermove', 100, 250, touch(2));
    expect(told.filter(([name]) => name === 'pinch').every(([, , factor]) => Number.isFinite(factor) && Number(factor) > 0)).toBe(true);
  });
});
