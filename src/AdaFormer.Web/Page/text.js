// Numbers as text.
const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

export const percent = share => `${Math.round(share * 100)} %`;

export const size = (width, height) => `${width} × ${height}`;

export function bytes(count) {
  const units = ['bytes', 'KB', 'MB', 'GB'];
  const step = count < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(count) / 3));
  return `${number.format(count / 1000 ** step)} ${units[step]}`;
}

export function seconds(count) {
  if (count < 10)
    return `${number.format(Math.max(count, 0.1))} s`;
  if (count < 90)
    return `${Math.round(count)} s`;
  const minutes = Math.round(count / 60);
  return minutes < 90 ? `${minutes} min` : `${number.format(count / 3600)} h`;
}

