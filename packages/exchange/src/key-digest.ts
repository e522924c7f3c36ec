import { keyedDigest } from '@huijiao/identity'
import type { Hub } from './hub.ts'

/** The keyed digest under which a node finds a business key, or another text that stands for one. 32 bytes. */
export const digestOfKey = (hub: Pick<Hub, 'digestSecret'>, keyText: string): Buffer => keyedDigest(hub.digestSecret, 'key', keyText)
