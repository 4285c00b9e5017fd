// Pictures that wait for the service, some at a time; it would refuse too many at once.
import * as api from './api.js';
import { percent, seconds } from './text.js';

const $ = id => document.getElementById(id);
const busy = 429;
const pause = 2000;

export class Queue {
  #waiting = [];
  #working = new Map();
  #atWork;
  #changed;

  constructor(atWork, changed) {
    [this.#atWork, this.#changed] = [atWork, changed];
  }

  add(item, options, label, expected) {
    Object.assign(item, { isBusy: true, progress: 0, message: 'waiting', failure: null });
    this.#waiting.push({ item, options, label, expected, stop: new AbortController() });
    this.#changed(item);
    this.#next();
  }

  cancel(item) {
    if (!item?.isBusy)
      return;
    this.#waiting = this.#waiting.filter(job => job.item !== item);
    this.#working.get(item)?.stop.abort();
    Object.assign(item, { isBusy: false, message: '' });
    say(`${item.name}: cancelled`);
    this.#changed(item);
  }

  #next() {
    while (this.#working.size < this.#atWork && this.#waiting.length > 0) {
      const job = this.#waiting.shift();
      this.#working.set(job.item, job);
      this.#run(job).finally(() => {
        this.#working.delete(job.item);
        this.#next();
      });
    }
  }

  async #run(job) {
    const { item, options, label, stop } = job;
    say(`${item.name}: started`);
    job.started = performance.now();
    const clock = setInterval(() => this.#guess(job), 200);
    try {
      const done = await this.#send(job, { ...options, name: item.name });
      item.message = 'fetching the result';
      this.#changed(item);
      await item.take(done, options, label);
      say(`${item.name}: finished, ${done.width} by ${done.height} pixels`);
    } catch (error) {
      if (!stop.signal.aborted) {
        item.failure = error.message;
        say(`${item.name}: failed`);
      }
    } finally {
      clearInterval(clock);
      if (!stop.signal.aborted) {
        item.isBusy = false;
        this.#changed(item);
      }
    }
  }

  async #send(job, options) {
    for (;;) {
      try {
        return await api.upscale(job.item.file, options, job.stop.signal, (event, data) => this.#tell(job, event, data));
      } catch (error) {
        if (error.status !== busy)
          throw error;
        job.item.message = 'waiting: the service is busy';
        this.#changed(job.item);
        await new Promise(resolve => setTimeout(resolve, pause));
        job.stop.signal.throwIfAborted();
      }
    }
  }

  #tell(job, event, data) {
    const { item } = job;
    if (event === 'waiting') {
      item.message = data.ahead === 0 ? 'waiting, next in line' : `waiting, ${data.ahead} ahead`;
    } else {
      job.began ??= performance.now();
      const quarter = Math.floor(data.share * 4);
      if (quarter > (job.quarter ?? 0) && quarter < 4)
        say(`${item.name}: ${quarter * 25} percent`);
      job.quarter = quarter;
      job.data = data;
      item.progress = Math.max(item.progress, data.share);
      item.message = words(data, item.progress);
    }
    this.#changed(item);
  }

  // Between tiles, and for pictures of a single one, progress goes on as was estimated.
  #guess(job) {
    if (!job.began || job.stop.signal.aborted || !job.expected)
      return;
    const share = (performance.now() - job.began) / 1000 / job.expected;
    const limit = job.data.tiles > 0 ? (job.data.tilesDone + 0.9) / job.data.tiles / job.data.pictures + job.data.picturesDone / job.data.pictures : 0.9;
    job.item.progress = Math.min(1, Math.max(job.item.progress, Math.min(share, limit)));
    job.item.message = words(job.data, job.item.progress);
    this.#changed(job.item);
  }
}

function words({ tilesDone, tiles, picturesDone, pictures, secondsLeft }, share) {
  const parts = [percent(share)];
  if (pictures > 1)
    parts.push(`picture ${Math.min(picturesDone + 1, pictures)} of ${pictures}`);
  if (tiles > 1)
    parts.push(`tile ${Math.min(tilesDone + 1, tiles)} of ${tiles}`);
  if (secondsLeft)
    parts.push(`about ${seconds(secondsLeft)} left`);
  return parts.join(' · ');
}

// For screen readers.
function say(text) {
  $('live').textContent = text;
}
