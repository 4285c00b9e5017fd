// A zip of files as they are: pictures are compressed already.
const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++)
    value = value & 1 ? 0xEDB88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

const limit = 0xFFFFFFFF;

// Reads piece by piece, so that the page stays responsive.
async function checksum(blob) {
  let crc = 0xFFFFFFFF;
  const reader = blob.stream().getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    for (const byte of chunk.value)
      crc = table[(crc ^ byte) & 0xFF] ^ (crc >>> 8);
  }
  return (crc ^ 0xFFFFFFFF) >>> 0;
}

function record(signature, fields) {
  const view = new DataView(new ArrayBuffer(4 + fields.reduce((sum, [length]) => sum + length, 0)));
  view.setUint32(0, signature, true);
  let at = 4;
  for (const [length, value] of fields) {
    if (length === 2)
      view.setUint16(at, value, true);
    else
      view.setUint32(at, value, true);
    at += length;
  }
  return view.buffer;
}

// Two files of one name would overwrite each other when unpacked.
function distinct(files) {
  const seen = new Set();
  return files.map(({ name, blob }) => {
    const dot = name.lastIndexOf('.');
    let free = name;
    for (let count = 2; seen.has(free.toLowerCase()); count++)
      free = `${name.slice(0, dot)} (${count})${name.slice(dot)}`;
    seen.add(free.toLowerCase());
    return { name: free, blob };
  });
}

export async function zip(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const { name, blob } of distinct(files)) {
    const text = new TextEncoder().encode(name);
    const utf8 = 0x0800;
    const [day, time] = [0x21, 0]; // 1 January 1980, so that the same pictures make the same zip
    const common = [[2, 20], [2, utf8], [2, 0], [2, time], [2, day], [4, await checksum(blob)], [4, blob.size], [4, blob.size], [2, text.length], [2, 0]];
    const header = record(0x04034B50, common);
    directory.push(record(0x02014B50, [[2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), text);
    parts.push(header, text, blob);
    offset += header.byteLength + text.length + blob.size;
  }
  const length = directory.reduce((sum, part) => sum + part.byteLength, 0);
  if (offset + length > limit)
    throw new Error('All results together have more than 4 GB, which a zip of this kind cannot hold. Download them one by one.');
  const end = record(0x06054B50, [[2, 0], [2, 0], [2, files.length], [2, files.length], [4, length], [4, offset], [2, 0]]);
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}
