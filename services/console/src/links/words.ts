import type { Meaning } from '../parts/page-header.tsx'

export const linkMeaning: Record<string, Meaning> = { idle: 'good', forwarding: 'good', waiting: 'info', failing: 'bad', paused: 'warn' }
export const deliveryMeaning: Record<string, Meaning> = { finished: 'good', open: 'info', split: 'quiet' }
export const runMeaning: Record<string, Meaning> = {
  equal: 'good',
  waiting: 'info',
  comparing: 'info',
  repairing: 'info',
  diverged: 'bad',
  failed: 'bad',
}
export const parkedMeaning: Record<string, Meaning> = { parked: 'warn', retrying: 'info', delivered: 'good', superseded: 'quiet' }
