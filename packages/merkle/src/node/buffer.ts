/** Bytes, and whether they are UTF-8. In a page `browser/buffer.ts` stands for this file. */
export { Buffer, isUtf8 } from 'node:buffer'
