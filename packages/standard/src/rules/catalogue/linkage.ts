import { rulesOfKind } from './kind.ts'
import type { ProblemCode, Severity } from '@huijiao/problem'

/** The record waits, noted by a warning; when its time is over it is refused. */
const held: readonly Severity[] = ['error', 'warning']
const waits: readonly ProblemCode[] = ['parent-missing', 'parent-never-came']
/** The record is accepted, and the missing parent noted until it comes. */
const noted: readonly Severity[] = ['warning']
const notes: readonly ProblemCode[] = ['reference-missing']
const either: readonly ProblemCode[] = [...waits, ...notes]

/**
 * 关联性: what the record refers to is there. Judged by a node against the records it holds; which reference waits, and how long, is policy data
 * (`data/policy.json`, references and linkage), each with its own basis. Severities are those of the built-in policy; an authority may set others.
 */
export const linkage = rulesOfKind('linkage', 'node', [
  ['linkage.project', held, waits, '-', '各项目表的 PrjNum 须有工程项目记录', 'The PrjNum of every project table has its project', 'RULES.md 3 [2+]'],
  ['linkage.permit', held, either, '-', '所引用的施工许可须存在', 'A permit that is referred to is there', 'RULES.md 3 [2+]；部分推定，见政策'],
  ['linkage.drawing-review', held, either, '-', '所引用的施工图审查须存在', 'A drawing review that is referred to is there', 'RULES.md 3 [2+]；部分推定，见政策'],
  ['linkage.tender', noted, notes, '-', '所引用的中标通知书须存在', 'A tender that is referred to is there', 'RULES.md 3 [2+]；选填'],
  ['linkage.unit', noted, notes, '-', '所引用的单体须存在', 'Single works that are referred to are there', 'RULES.md 3 [1]'],
  ['linkage.tender-project', noted, notes, '-', '所引用的招标项目须存在', 'A tender project that is referred to is there', 'RULES.md 3 [1]'],
  ['linkage.bid-section', noted, notes, '-', '所引用的标段须存在', 'A bid section that is referred to is there', 'RULES.md 3 [1]'],
  ['linkage.cost', noted, notes, '-', '所引用的造价记录须存在', 'A cost record that is referred to is there', 'RULES.md 3 [1]'],
  ['linkage.company', noted, notes, '-', '所引用的企业须在企业库（两种代码均可）', 'A company that is referred to is in the register, by either of its codes', 'RULES.md 3（推定）'],
  ['linkage.person', noted, notes, '-', '所引用的注册人员须在人员库', 'A registered person who is referred to is in the register', 'RULES.md 3（推定）'],
  ['linkage.company-certificate', noted, notes, '-', '资质明细须有资质证书', 'The detail of a qualification has its certificate', 'RULES.md 3（推定）'],
  ['linkage.conduct-project', noted, notes, '-', '行为记录填写的项目须存在', 'The project that conduct names is there', 'RULES.md 3（推定）'],
  ['linkage.conduct-code', noted, ['code-unlisted'], '-', '行为代码应在行为清单中（清单不完整，只作提示）', 'A conduct code is in the list (which is incomplete, so it is noted only)', 'RULES.md 3；领域裁定'],
  ['linkage.reference', ['error', 'doubt', 'warning'], either, '-', '政策所列的其他引用须存在', 'Any other reference of the policy is there', '现行政策'],
  ['linkage.cycle', ['doubt'], ['reference-cycle'], '-', '记录不得循环引用', 'Records do not refer to each other in a ring', '推定；项目裁定'],
  ['linkage.manager-overlap', ['doubt'], ['manager-overlap'], '-', '一人不得同期在两个项目任项目负责人', 'Nobody leads two works at the same time', '注册建造师管理规定（建设部令第153号）第二十一条；注册建造师执业管理办法（试行）第九条'],
  ['linkage.finish-before-permit', ['warning'], ['finish-before-permit'], '-', '竣工不早于施工许可', 'Works are not finished before their permit', 'RULES.md 4（推定）'],
])
