/**
 * The English of those bases that this program writes by itself: of the catalogue of rules, and of single problems. Texts of a release stand with it
 * (`basisEn`). What is the same in every language, such as GB 11643, is not here.
 */
export const catalogueBasisEn: Readonly<Record<string, string>> = {
  'GB 32100-2015、GB 11714；领域裁定：各版本一律 9、10 或 18 位':
    'GB 32100-2015, GB 11714; domain ruling: 9, 10 or 18 characters in every release',
  'GB 11643；领域裁定': 'GB 11643; domain ruling',
  'RULES.md 6.6；重复次数为项目裁定': 'RULES.md 6.6; how many repetitions is a project ruling',
  'RULES.md 6.6；顺序表为项目裁定': 'RULES.md 6.6; which runs is a project ruling',
  'RULES.md 6.6；日期表为项目裁定': 'RULES.md 6.6; which dates is a project ruling',
  '项目裁定（data/rulings/rules.json，spreadsheet）；RULES.md 未提及':
    'Project ruling (data/rulings/rules.json, spreadsheet); RULES.md is silent',
  '项目裁定（data/rulings/rules.json，strayCharacters）': 'Project ruling (data/rulings/rules.json, strayCharacters)',
  'RULES.md 6.1（真实交换中 GBK 与 UTF-8 并存）': 'RULES.md 6.1 (GBK and UTF-8 are mixed in real exchanges)',
  'GB/T 7408（公历日期）': 'GB/T 7408 (dates of the calendar)',
  '数据标准的数据表（标准版本的 entities）': 'The tables of the data standard (entities of the release)',
  'RULES.md 4；标准版本的 conditions': 'RULES.md 4; conditions of the release',
  '数据字典（标准版本的 dictionaries）': 'The dictionaries of the data standard (dictionaries of the release)',
  '领域裁定：我们的猜测不退回任何人的数据': 'Domain ruling: a guess of ours refuses nobody’s data',
  'data/rulings/record-dates.json（项目裁定）': 'data/rulings/record-dates.json (project ruling)',
  '渝建〔2018〕213号 非涉密；领域裁定': '渝建〔2018〕213号: not classified; domain ruling',
  '领域裁定：个人信息': 'Domain ruling on personal data',
  '推定；只看一条记录的字段（data/rulings/rules.json，qualification）':
    'Inferred; judged from the fields of one record only (data/rulings/rules.json, qualification)',
  项目裁定: 'Project ruling',
  'RULES.md 3；标准版本的 key': 'RULES.md 3; the key in the release',
  'TBDATALEVELDIC；领域裁定': 'TBDATALEVELDIC; domain ruling',
  '领域裁定：按项目或行为所在地': 'Domain ruling: by the place of the project or of the conduct',
  'RULES.md 1.2；HLJ 例外，故为提示': 'RULES.md 1.2; HLJ differs, so a warning',
  'RULES.md 1.3 [1]；领域裁定': 'RULES.md 1.3 [1]; domain ruling',
  'RULES.md 1.3 [1]；推定': 'RULES.md 1.3 [1]; inferred',
  'RULES.md 1.1（项目编号 16 位）': 'RULES.md 1.1 (a project number has 16 digits)',
  'RULES.md 1.1；与上报地区相符为推定': 'RULES.md 1.1; that it agrees with the reporting region is inferred',
  'GB/T 2260；RULES.md 2.4（推定）': 'GB/T 2260; RULES.md 2.4 (inferred)',
  '不良行为认定标准的编码（data/conduct）': 'The codes of the bad-conduct list (data/conduct)',
  '不良行为认定标准的编码（data/conduct）；推定': 'The codes of the bad-conduct list (data/conduct); inferred',
  '数量级为本项目所定，来源均未给出（data/rulings/rules.json，amounts）':
    'The project’s choice of magnitudes; no source gives any (data/rulings/rules.json, amounts)',
  由字段名推定: 'Inferred from the names of the fields',
  推定: 'Inferred',
  'RULES.md 4（推定）；PunishEDate、PublicEDate [1: HLJ]': 'RULES.md 4 (inferred); PunishEDate, PublicEDate [1: HLJ]',
  'RULES.md 4（推定）': 'RULES.md 4 (inferred)',
  'RULES.md 3 [2+]；部分推定，见政策': 'RULES.md 3 [2+]; partly inferred, as the policy says',
  'RULES.md 3 [2+]；选填': 'RULES.md 3 [2+]; optional',
  'RULES.md 3（推定）': 'RULES.md 3 (inferred)',
  'RULES.md 3；领域裁定': 'RULES.md 3; domain ruling',
  现行政策: 'The policy in force',
  '推定；项目裁定': 'Inferred; project ruling',
  '注册建造师管理规定（建设部令第153号）第二十一条；注册建造师执业管理办法（试行）第九条':
    'Article 21 of 注册建造师管理规定 (建设部令第153号); article 9 of 注册建造师执业管理办法（试行）',
}
