// Makes the icon set out of renderer/public/icon.svg with a real Chromium: PNGs for Linux and the tray, one .ico for
// Windows, one .icns for macOS. Run by hand when the drawing changes; the results are committed.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'build/icons');
const SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256];
/** Type codes of PNG images in an icns file, by edge length. */
const ICNS_TYPES = new Map([
  [128, 'ic07'],
  [256, 'ic08'],
  [512, 'ic09'],
  [1024, 'ic10'],
]);

async function drawAll(svg: string): Promise<Map<number, Buffer>> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-background-networking'],
  });
  const drawn = new Map<number, Buffer>();
  for (const size of SIZES) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    const sized = svg.replace('<svg ', `<svg width="${size}" height="${size}" style="display:block" `);
    await page.setContent(`<body style="margin:0;background:transparent">${sized}</body>`);
    drawn.set(size, await page.screenshot({ omitBackground: true }));
    await page.close();
  }
  await browser.close();
  return drawn;
}

/** ICO with PNG images: a directory of 16-byte entries, then the images. */
function toIco(images: readonly (readonly [number, Buffer])[]): Buffer {
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length;
  for (const [index, [size, png]] of images.entries()) {
    const at = 6 + 16 * index;
    header.writeUInt8(size % 256, at);
    header.writeUInt8(size % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(png.length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += png.length;
  }
  return Buffer.concat([header, ...images.map(([, png]) => png)]);
}

/** ICNS: a header with the whole length, then one block per image. */
function toIcns(images: ReadonlyMap<number, Buffer>): Buffer {
  const blocks = [...ICNS_TYPES].map(([size, type]) => {
    const png = images.get(size) as Buffer;
    const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
    head.writeUInt32BE(png.length + 8, 4);
    return Buffer.concat([head, png]);
  });
  const body = Buffer.concat(blocks);
  const head = Buffer.from('icns\0\0\0\0', 'latin1');
  head.writeUInt32BE(body.length + 8, 4);
  return Buffer.concat([head, body]);
}

const images = await drawAll(await readFile(join(root, 'renderer/public/icon.svg'), 'utf8'));
await mkdir(join(folder, 'linux'), { recursive: true });
for (const [size, png] of images) await writeFile(join(folder, `linux/${size}x${size}.png`), png);
await writeFile(
  join(folder, 'icon.ico'),
  toIco(ICO_SIZES.map((size) => [size, images.get(size) as Buffer] as const)),
);
await writeFile(join(folder, 'icon.icns'), toIcns(images));
console.log(`wrote ${SIZES.length} PNGs, icon.ico and icon.icns to build/icons`);
