import { formatAddress, SPACE_END, toAddress } from '../../address/address.ts';
import { formatSize } from '../../address/size.ts';
import { CELL_VALID } from '../../model/byte-cell.ts';
import { pointAt, pxPerByteAt } from '../camera/camera.ts';
import { ITEM_ROW } from '../level-of-detail/draw-list.ts';
import { byteText, characterOf, rowNote } from './byte-words.ts';
import { isHome } from './map-camera.ts';
import { boxOf } from './paint/box.ts';
import { eachRow, innerBlock, type InnerBlock } from './paint/inner-block.ts';
import type { Scene } from './paint/scene.ts';

/** What a picture shows, in words: for screen readers, and for tests that read a value off the map. */
export interface SceneWords {
  /** `bytes, 0x… to 0x…, 352 B` */
  readonly title: string;
  /** Rows of bytes on the panel, top to bottom; empty before single bytes can be told apart. */
  readonly rows: readonly string[];
}

export type MapLevel = 'whole map' | 'regions' | 'sections and symbols' | 'pages' | 'bytes' | 'rows of bytes' | 'single bytes';

export function sceneWords(scene: Scene): SceneWords {
  const { axis, camera, geometry } = scene;
  const high = pointAt(axis, camera, 0).address;
  const low = pointAt(axis, camera, geometry.heightPx).address;
  const end = high >= SPACE_END ? SPACE_END : toAddress(high + 1n);
  const blocks = openBlocks(scene);
  return {
    title: `${mapLevel(scene)}, ${formatAddress(toAddress(low))} to ${formatAddress(end)}, ${formatSize(end - low)}`,
    rows: blocks.flatMap((block) => byteRows(scene, block)),
  };
}

/** The finest level that the middle of the panel shows. */
export function mapLevel(scene: Scene): MapLevel {
  const { axis, camera, geometry } = scene;
  if (isHome(axis, camera)) return 'whole map';
  const row = scene.placed.rowAt(geometry.heightPx / 2);
  const region = row < 0 ? undefined : scene.model.table.rowAt(row);
  const box = region && region.perms !== '' ? boxOf(scene, scene.placed.edgeY(row + 1), scene.placed.edgeY(row)) : undefined;
  const block = region && box ? innerBlock(scene, region, box) : undefined;
  if (!block) return 'regions';
  const { text, bytes, pages } = block.levels;
  if (text && text.alpha >= 0.5) return text.perRow === 1 ? 'single bytes' : 'rows of bytes';
  if (bytes && bytes.alpha >= 0.5) return 'bytes';
  if (pages && pages.alpha >= 0.5) return 'pages';
  const px = pxPerByteAt(axis, camera, block.low) * Number(block.region.end - block.region.start);
  return px >= 56 ? 'sections and symbols' : 'regions';
}

function openBlocks(scene: Scene): InnerBlock[] {
  const { list } = scene;
  const blocks: InnerBlock[] = [];
  for (let i = 0; i < list.length; i++) {
    if (list.type[i] !== ITEM_ROW) continue;
    const region = scene.model.table.rowAt(list.first[i] ?? 0);
    const block = region.perms === '' ? undefined : innerBlock(scene, region, boxOf(scene, list.top[i] ?? 0, list.bottom[i] ?? 0));
    if (block) blocks.push(block);
  }
  return blocks;
}

function byteRows(scene: Scene, block: InnerBlock): string[] {
  const { text } = block.levels;
  if (!text || text.alpha < 0.5) return [];
  const symbols = scene.insides.symbols(block.region, block.low, block.high);
  const rows: string[] = [];
  eachRow(block, text.perRow, 1, (start, count, _column, top, bottom) => {
    if (bottom < 0 || top > scene.geometry.heightPx) return;
    const bytes = scene.insides.bytes(Number(start >> 12n));
    const digits: string[] = [];
    let characters = '';
    for (let i = 0; i < count; i++) {
      const offset = Number((start + BigInt(i)) & 0xfffn);
      digits.push(byteText(bytes, offset));
      if (bytes?.states[offset] === CELL_VALID) characters += characterOf(bytes.values[offset] ?? 0);
    }
    const note = rowNote(symbols, bytes, start, count);
    rows.push([`${formatAddress(toAddress(start))} ${digits.join(' ')}`, characters === '' ? '' : `‘${characters}’`, bytes?.missing ?? 'reading', note].filter((part) => part !== '').join('  '));
  });
  return rows.toReversed();
}
