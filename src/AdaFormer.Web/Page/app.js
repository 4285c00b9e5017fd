// The page: pictures come in, wait their turn, and are shown before and after.
import * as api from './api.js';
import { Item } from './item.js';
import { Queue } from './queue.js';
import { Settings } from './settings.js';
import { bytes, percent, seconds, size } from './text.js';
import { Viewer } from './viewer.js';
import { zip } from './zip.js';

const $ = id => document.getElementById(id);
const items = [];
let selected = null;
const facts = await api.service();
const viewer = new Viewer();
const queue = new Queue(facts.atWork, changed);
const settings = new Settings(facts, update);

$('formats').textContent = `${facts.reads.map(({ name }) => name).join(', ')}, up to ${bytes(facts.maximumBytes)}`;
$('files').accept = ['image/*', ...facts.reads.flatMap(({ extensions }) => extensions)].join(',');

async function add(files) {
  for (const file of files) {
    const item = new Item(file, open, remove);
    items.push(item);
    $('items').append(item.element);
    if (!selected)
      select(item);
    await item.load(facts.maximumBytes);
    changed(item);
  }
}

function select(item) {
  selected = item;
  for (const other of items)
    other.isSelected = other === item;
  changed(item);
}

const open = item => select(item);

function remove(item) {
  queue.cancel(item);
  item.dispose();
  const index = items.indexOf(item);
  items.splice(index, 1);
  if (selected === item)
    select(items[Math.min(index, items.length - 1)] ?? null);
  update();
}

// Something about an item is other than before.
function changed(item) {
  item?.draw();
  if (item === selected)
    show();
  update();
}

function update() {
  const isBusy = selected?.isBusy ?? false;
  const version = selected?.find(settings.options);
  $('queue').hidden = items.length === 0;
  $('drop').hidden = items.length > 0;
  $('viewer').hidden = items.length === 0;
  $('start').disabled = !selected?.isLoaded || isBusy || !settings.isValid;
  $('start').textContent = selected?.versions.length > 0 ? 'Upscale again' : 'Upscale';
  $('start').classList.toggle('primary', !selected?.shown);
  $('start').hidden = isBusy || version !== undefined;
  $('cancel').hidden = !isBusy;
  $('download').hidden = !selected?.shown || isBusy;
  $('start-all').hidden = items.filter(item => item.isLoaded && !item.isBusy && item.versions.length === 0).length < 2;
  $('zip').hidden = items.filter(item => item.shown).length < 2;
  $('progress').hidden = !isBusy;
  $('failure').hidden = !selected?.failure;
  $('failure').textContent = selected?.failure ?? '';
  $('facts').hidden = !selected?.shown || isBusy;
  settings.picture = selected?.isLoaded ? selected : null;
  if (isBusy) {
    $('bar').value = selected.progress;
    $('progress-text').textContent = selected.message;
  }
}

async function show() {
  if (!selected?.isLoaded)
    return;
  const item = selected;
  fill($('left'), item, item.left);
  fill($('right'), item, item.right);
  const [left, right] = [item.choice(item.left), item.choice(item.right)];
  $('map-toggle').hidden = !item.shown?.map;
  $('left').disabled = $('right').disabled = item.versions.length === 0;
  if (item.shown)
    describe(item.shown);
  try {
    await viewer.show(item.shown ?? item, left, right, item.shown?.map);
    showMap();
  } catch {
    item.failure = `The browser cannot show a picture of ${size((item.shown ?? item).width, (item.shown ?? item).height)} pixels. It can be downloaded.`;
    update();
  }
}

function fill(select, item, value) {
  select.replaceChildren(...item.choices.map(({ tag }, index) => new Option(tag, index, false, index === value)));
}

function showMap() {
  const isShown = $('show-map').checked && Boolean(selected?.shown?.map);
  document.querySelector('#canvas .map').hidden = !isShown;
  $('tag-right').textContent = isShown ? `Blue left early, red stayed${selected.shown.done.refined ? ', pink refined' : ''}` : selected?.choice(selected.right).tag ?? '';
}

function describe({ done, url, blob }) {
  $('download').href = url;
  $('download').download = done.fileName;
  const rows = [
    ['Size', `${done.pictures > 1 ? `${done.pictures} pictures of ` : ''}${size(done.width, done.height)}`],
    ['File', `${bytes(blob.size)}, ${done.fileName.split('.').pop().toUpperCase()}`],
    ['Time', seconds(done.seconds)],
    ['Model', `${done.models.join(', then ') || 'only resampled'}${done.reason ? `: ${done.reason}` : ''}`],
    done.haltedShare > 0 && done.models.length > 0 && ['Work saved', `${percent(done.haltedShare)} of the transformer’s`],
    done.refined && ['Refined', `${percent(done.refined.share)}, in ${seconds(done.refined.secondSeconds)}`],
    ...done.warnings.map(warning => ['Note', warning.message]),
  ];
  $('facts').replaceChildren(...rows.filter(Boolean).flatMap(([name, value]) => [element('dt', name), element('dd', value)]));
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

const start = item => queue.add(item, settings.options, settings.label, item === selected ? settings.seconds : null);

$('settings').addEventListener('submit', event => {
  event.preventDefault();
  if (!$('start').hidden && !$('start').disabled)
    start(selected);
});
$('start-all').addEventListener('click', () => items.filter(item => item.isLoaded && !item.isBusy && item.versions.length === 0).forEach(start));
$('cancel').addEventListener('click', () => { queue.cancel(selected); $('start').focus(); });
$('clear').addEventListener('click', () => [...items].forEach(remove));
$('zip').addEventListener('click', async () => {
  try {
    save(await zip(items.filter(item => item.shown).map(({ shown }) => ({ name: shown.done.fileName, blob: shown.blob }))), 'upscaled.zip');
  } catch (error) {
    $('failure').textContent = error.message;
    $('failure').hidden = false;
  }
});
$('left').addEventListener('change', event => { selected.left = Number(event.target.value); show(); });
$('right').addEventListener('change', event => { selected.right = Number(event.target.value); show(); update(); });
$('show-map').addEventListener('change', showMap);
$('choose').addEventListener('click', () => $('files').click());
$('add').addEventListener('click', () => $('files').click());
$('files').addEventListener('change', event => { add([...event.target.files]); event.target.value = ''; });
$('sample').addEventListener('click', async () => add([new File([await (await fetch('sample.png')).blob()], 'scene-small.png', { type: 'image/png' })]));
document.addEventListener('paste', event => add([...event.clipboardData.files]));
document.addEventListener('dragover', event => { event.preventDefault(); document.body.classList.add('dropping'); });
document.addEventListener('dragleave', event => { if (!event.relatedTarget) document.body.classList.remove('dropping'); });
document.addEventListener('drop', event => { event.preventDefault(); document.body.classList.remove('dropping'); add([...event.dataTransfer.files]); });
settings.refresh();
document.body.dataset.ready = '';
