// A picture of the queue, and what was made of it.
import * as api from './api.js';
import { bytes, size } from './text.js';

export class Item {
  versions = []; // { label, options, done, width, height, blob, url, view, map }
  left = 0;
  right = 0;
  isLoaded = false;
  isBusy = false;
  progress = 0;
  message = '';
  failure = null;

  constructor(file, open, remove) {
    this.file = file;
    this.name = file.name || 'pasted.png';
    this.element = document.getElementById('item').content.firstElementChild.cloneNode(true);
    this.element.querySelector('.name').textContent = this.name;
    this.element.querySelector('.open').addEventListener('click', () => open(this));
    const button = this.element.querySelector('.remove');
    button.setAttribute('aria-label', `Remove ${this.name}`);
    button.addEventListener('click', () => remove(this));
    this.draw();
  }

  // Finds the picture's size; asks the service where the browser does not know the format.
  async load(maximumBytes) {
    try {
      if (this.file.size > maximumBytes)
        throw new Error(`The file has ${bytes(this.file.size)}; the limit is ${bytes(maximumBytes)}.`);
      this.url = URL.createObjectURL(this.file);
      const image = new Image();
      image.src = this.url;
      await image.decode().catch(() => this.#preview(image));
      this.width ??= image.naturalWidth;
      this.height ??= image.naturalHeight;
      this.isLoaded = true;
      this.element.querySelector('img').src = this.url;
    } catch (error) {
      this.failure = error.message;
    }
  }

  async #preview(image) {
    const { blob, width, height } = await api.preview(this.file);
    URL.revokeObjectURL(this.url);
    this.url = image.src = URL.createObjectURL(blob);
    await image.decode();
    [this.width, this.height] = [width, height];
  }

  // The original and all results, to compare.
  get choices() {
    return [{ tag: 'Original', url: this.url, text: this.name }, ...this.versions.map(({ label, view, done }) => ({ tag: label, url: view, text: done.fileName }))];
  }

  choice(index) {
    return this.choices[index];
  }

  // The result on the right.
  get shown() {
    return this.versions[this.right - 1] ?? null;
  }

  find(options) {
    const key = JSON.stringify(options);
    return this.versions.find(version => JSON.stringify(version.options) === key);
  }

  // Fetches a result; the service need not keep it any longer.
  async take(done, options, label) {
    const [blob, view, map] = await Promise.all([api.result(done.id), done.hasView ? api.result(done.id, '/view') : null, done.hasMap ? api.result(done.id, '/map') : null]);
    api.remove(done.id);
    const url = URL.createObjectURL(blob);
    this.versions.push({
      label, options, done, blob, url, width: done.width, height: done.height,
      view: view ? URL.createObjectURL(view) : url,
      map: map && URL.createObjectURL(map),
    });
    this.right = this.versions.length;
  }

  set isSelected(value) {
    this.element.querySelector('.open').setAttribute('aria-pressed', value);
  }

  draw() {
    const bar = this.element.querySelector('progress');
    bar.hidden = !this.isBusy;
    bar.value = this.progress;
    bar.setAttribute('aria-label', `Progress of ${this.name}`);
    const state = this.element.querySelector('.state');
    state.textContent = this.isBusy ? this.message : this.failure ? 'failed' : this.shown ? size(this.shown.width, this.shown.height) : this.isLoaded ? size(this.width, this.height) : 'opening …';
    this.element.classList.toggle('failed', Boolean(this.failure) && !this.isBusy);
  }

  dispose() {
    for (const url of [this.url, ...this.versions.flatMap(({ url, view, map }) => [url, view, map])].filter(Boolean))
      URL.revokeObjectURL(url);
    this.element.remove();
  }
}
