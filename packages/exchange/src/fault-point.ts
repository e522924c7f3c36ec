/**
 * Places in the life of a record at which the fault harness (packages/testing/faults) ends or stops the process, or lets an operation fail.
 *
 * `body-read` the body has arrived whole · `spool-write` a large body is about to be written to disk · `validated` a part's records are judged,
 * nothing is stored · `before-commit` all of a part is written but its transaction's end · `after-commit` a part is stored and nobody has been told ·
 * `sequencing` indexes are given, the transaction is open · `sequenced` they are committed · `delivery-stored` a delivery is stored and not sent ·
 * `upstream-answered` the level above has judged it, its receipt is not read · `receipt-read` the receipt is read, the cursor not moved ·
 * `settled` the cursor has moved
 */
export type FaultPoint =
  | 'body-read'
  | 'spool-write'
  | 'validated'
  | 'before-commit'
  | 'after-commit'
  | 'sequencing'
  | 'sequenced'
  | 'delivery-stored'
  | 'upstream-answered'
  | 'receipt-read'
  | 'settled'

const hook = (globalThis as { [key: symbol]: unknown })[Symbol.for('huijiao.fault-point')]

/**
 * Does nothing, unless the process was started by the harness, which puts its hook in place before any of our modules is loaded: no
 * setting and no message can do so later. The hook may throw what the operation would throw, or not return at all.
 */
export const at: (point: FaultPoint) => void = typeof hook === 'function' ? (hook as (point: FaultPoint) => void) : () => {}
