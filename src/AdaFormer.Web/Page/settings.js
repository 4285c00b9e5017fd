// What the user wants, and what it costs.
import * as api from './api.js';
import { percent, seconds, size } from './text.js';

const $ = id => document.getElementById(id);
const efforts = ['Fastest', 'Fast', 'Balanced', 'Careful', 'Best'];
const details = ['most tokens leave early', 'many tokens leave early', 'the model’s own threshold', 'few tokens leave early', 'no token leaves early'];
const scales = [2, 3, 4];

export class Settings {
  #service;
  #estimate = null;
  #asked = null;
  #costs = new Map(); // by scale
  #picture = null;
  #changed;

  constructor(service, changed) {
    [this.#service, this.#changed] = [service, changed];
    for (const model of service.models) {
      for (const select of [$('model'), $('refine')]) {
        const option = new Option(`${model.name} (${model.problem ? 'unusable' : `${model.scale}×`})`, model.name);
        option.disabled = model.problem !== null;
        option.title = model.problem ?? '';
        select.append(option);
      }
    }
    $('format').querySelectorAll('option').forEach(option => { option.hidden = !service.writes.some(({ extensions }) => extensions.includes(`.${option.value}`)); });
    this.#prepare();
    $('settings').addEventListener('input', () => this.refresh());
    $('model').addEventListener('change', () => this.#onModel());
  }

  // The picture whose cost is asked for.
  set picture(picture) {
    if (this.#picture === picture)
      return;
    this.#picture = picture;
    this.refresh();
  }

  get isValid() {
    return $('settings').checkValidity();
  }

  get scale() {
    const chosen = document.querySelector('input[name=scale]:checked').value;
    return chosen === 'other' ? $('factor').valueAsNumber : Number(chosen);
  }

  // About the seconds that the picture takes; null where nobody knows.
  get seconds() {
    return this.#total(this.#estimate);
  }

  // The options of the interface.
  get options() {
    const format = $('format').value;
    const isLossy = format === 'jpg' || (format === 'webp' && !$('lossless').checked);
    return {
      model: $('model').value,
      scale: this.scale,
      haltingThreshold: this.#halts ? this.#dial[this.#effort] : null,
      refine: $('refine').value,
      share: $('refine').value ? this.#share : null,
      format,
      quality: isLossy ? $('quality').value : null,
      lossless: format === 'webp' && $('lossless').checked ? true : null,
      haltingMap: true,
    };
  }

  // How a result of these settings is called.
  get label() {
    const [model, refine] = [$('model').value, $('refine').value];
    return [`${this.scale}×`, model, this.#halts ? efforts[this.#effort].toLowerCase() : '', refine && `${percent(this.#share)} by ${refine}`, $('format').value.toUpperCase()].filter(Boolean).join(', ');
  }

  get #effort() {
    return Number($('effort').value);
  }

  // The share that a second model refines, 0 to 1.
  get #share() {
    return Number($('share').value) / 100;
  }

  get #model() {
    return this.#service.models.find(other => other.name === $('model').value);
  }

  get #dial() {
    return (this.#model ?? this.#service).dial;
  }

  get #halts() {
    return this.#dial.length > 1;
  }

  #stop(estimate) {
    const stops = estimate?.stops ?? [];
    return stops[stops.length > 1 ? this.#effort : 0];
  }

  // The seconds of all models; null where nobody knows.
  #total(estimate) {
    const stop = this.#stop(estimate);
    return stop ? stop.seconds + this.#share * (estimate.refineSeconds ?? 0) : null;
  }

  #onModel() {
    const model = this.#model;
    const radio = document.querySelector(`input[name=scale][value="${model?.scale}"]`);
    if (radio)
      radio.checked = true;
    this.refresh();
  }

  // Shows what belongs to the settings as they are.
  refresh() {
    const format = $('format').value;
    $('other-scale').hidden = document.querySelector('input[name=scale]:checked').value !== 'other';
    $('factor').disabled = $('other-scale').hidden;
    $('lossless-field').hidden = format !== 'webp';
    $('quality-field').hidden = format !== 'jpg' && format !== 'webp';
    $('quality').disabled = $('quality-field').hidden || (format === 'webp' && $('lossless').checked);
    const model = this.#model;
    $('model-text').textContent = model
      ? `${model.architecture}${model.parameters > 0 ? `, ${model.parameters.toLocaleString('en')} weights` : ''}, licence ${model.licence}`
      : 'One for clean pictures, one for what was a JPEG, whichever fits.';
    // A second model needs the scale of the first.
    for (const option of $('refine').options) {
      const other = this.#service.models.find(({ name }) => name === option.value);
      option.disabled = Boolean(other && (other.problem || (model && model.scale !== other.scale)));
    }
    if ($('refine').selectedOptions[0].disabled)
      $('refine').value = '';
    $('refinement').hidden = !$('refine').value;
    this.#ask();
    this.#tell();
  }

  // Measures while the user still looks for a picture.
  async #prepare() {
    try {
      for (const scale of [this.scale, ...scales])
        await api.estimate({ inputWidth: 1, inputHeight: 1, scale });
    } catch {
      // The first picture asks again, and says why.
    }
  }

  async #ask() {
    if (!this.#picture || !this.isValid) {
      this.#asked?.stop.abort();
      this.#asked = this.#estimate = null;
      return;
    }
    const question = { inputWidth: this.#picture.width, inputHeight: this.#picture.height, model: $('model').value, scale: this.scale, refine: $('refine').value };
    const key = JSON.stringify(question);
    if (this.#asked?.key === key)
      return;
    this.#asked?.stop.abort();
    const asked = this.#asked = { key, stop: new AbortController() };
    this.#estimate = null;
    this.#costs.clear();
    try {
      const estimate = await api.estimate(question, asked.stop.signal);
      if (this.#asked !== asked)
        return;
      this.#estimate = estimate;
      this.#tell();
      for (const scale of scales) {
        const other = await api.estimate({ ...question, scale }, asked.stop.signal);
        this.#costs.set(scale, other);
        this.#tell();
      }
    } catch (error) {
      if (this.#asked === asked && error.name !== 'AbortError') {
        this.#asked = null;
        $('cost').textContent = error.message;
      }
    }
  }

  #tell() {
    const picture = this.#picture;
    for (const scale of scales) {
      const total = this.#total(this.#costs.get(scale));
      document.querySelector(`input[name=scale][value="${scale}"] + span small`).textContent = total !== null && picture ? seconds(total) : '';
    }
    $('size-text').textContent = picture && this.isValid ? `${size(picture.width, picture.height)} → ${size(Math.max(1, Math.round(picture.width * this.scale)), Math.max(1, Math.round(picture.height * this.scale)))}` : '';
    const isKnown = this.#estimate !== null;
    $('dial').disabled = !this.#halts;
    const stop = this.#stop(this.#estimate);
    const saves = stop && this.#halts && this.#effort !== efforts.length - 1 ? `; halting saves about ${percent(stop.haltedShare)}` : '';
    $('effort-text').textContent = !this.#halts ? 'This model has one speed.' : `${efforts[this.#effort]}: ${details[this.#effort]}${saves}`;
    $('effort').setAttribute('aria-valuetext', efforts[this.#effort]);
    const more = this.#estimate?.refineSeconds;
    $('share-text').textContent = isKnown && !more
      ? 'Nothing is refined at this size: its scale is another than the first model’s'
      : `${percent(this.#share)}, where the most detail is${more ? `; about ${seconds(this.#share * more)} more` : ''}`;
    $('share').setAttribute('aria-valuetext', percent(this.#share));
    $('cost').textContent = !picture ? '' : !isKnown ? 'Measuring this machine, once for each model …' : stop ? `About ${seconds(this.seconds)} on this machine` : '';
    this.#changed();
  }
}
