import { mapLevel, sceneWords, type MapLevel } from '../../../shared/drawing/map/scene-words.ts';
import type { Scene } from '../../../shared/drawing/map/paint/scene.ts';
import { frames, type FrameTask } from '../../canvas/frame-scheduler.ts';

/** Keeps the words of the picture in the document, for screen readers. Written once the picture has come to rest: a frame of a zoom writes nothing. */
export class MapWords {
  readonly #element: HTMLElement;
  readonly #restingScene: () => Scene | undefined;
  readonly #atRest: (level: MapLevel) => void;
  readonly #task: FrameTask = { phase: 'layout', run: () => this.#tell() };
  #drawn = 0;
  #told = -1;

  /** `restingScene` answers with the picture, or undefined while it moves. `atRest` hears how close it is. */
  constructor(element: HTMLElement, restingScene: () => Scene | undefined, atRest: (level: MapLevel) => void) {
    this.#element = element;
    this.#restingScene = restingScene;
    this.#atRest = atRest;
  }

  /** A picture was drawn. */
  tellSoon(): void {
    this.#drawn++;
    frames.request(this.#task);
  }

  dispose(): void {
    frames.cancel(this.#task);
  }

  #tell(): void {
    const scene = this.#restingScene();
    if (!scene) return;
    // One frame without a draw in between: what follows a wheel in each frame waits for its end.
    if (this.#told !== this.#drawn) {
      this.#told = this.#drawn;
      frames.request(this.#task);
      return;
    }
    this.#atRest(mapLevel(scene));
    const { title, rows } = sceneWords(scene);
    const list = document.createElement('ol');
    list.setAttribute('aria-label', 'Bytes on the map, top to bottom');
    list.append(...rows.map((row) => {
      const item = document.createElement('li');
      item.textContent = row;
      return item;
    }));
    const heading = document.createElement('p');
    heading.textContent = title;
    this.#element.replaceChildren(heading, ...(rows.length > 0 ? [list] : []));
  }
}
