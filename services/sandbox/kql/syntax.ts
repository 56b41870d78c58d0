import type { KqlType, Value } from './values.ts';

/** A scalar expression as written. `depth` is the height of its tree. */
export type Expr =
  | { readonly kind: 'literal'; readonly type: KqlType; readonly value: Value; readonly depth: number }
  | { readonly kind: 'name'; readonly name: string; readonly depth: number }
  | { readonly kind: 'side'; readonly side: '$left' | '$right'; readonly name: string; readonly depth: number }
  | { readonly kind: 'star'; readonly depth: number }
  | { readonly kind: 'typeof'; readonly type: KqlType; readonly depth: number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[]; readonly depth: number }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Expr[]; readonly depth: number }
  | { readonly kind: 'binary'; readonly op: string; readonly left: Expr; readonly right: Expr; readonly depth: number }
  | {
      readonly kind: 'list';
      readonly op: string;
      readonly left: Expr;
      readonly items: readonly Expr[];
      readonly depth: number;
    }
  | { readonly kind: 'within'; readonly op: string; readonly left: Expr; readonly query: Query; readonly depth: number }
  | {
      readonly kind: 'between';
      readonly not: boolean;
      readonly left: Expr;
      readonly low: Expr;
      readonly high: Expr;
      readonly depth: number;
    }
  | { readonly kind: 'minus'; readonly of: Expr; readonly depth: number }
  | { readonly kind: 'member'; readonly of: Expr; readonly name: string; readonly depth: number }
  | { readonly kind: 'element'; readonly of: Expr; readonly index: Expr; readonly depth: number }
  | { readonly kind: 'toscalar'; readonly query: Query; readonly depth: number };

/** `Name = expr`, or an expression that names itself. */
export interface Named {
  readonly name: string | null;
  readonly expr: Expr;
}

/** One key of `order by` or `top`. */
export interface SortKey {
  readonly expr: Expr;
  readonly ascending: boolean;
  readonly nullsFirst: boolean;
}

/** One column of `mv-expand`. */
export interface Expansion extends Named {
  readonly to: KqlType | null;
}

/** How `join` matches its rows. */
export type JoinKind =
  | 'innerunique'
  | 'inner'
  | 'leftouter'
  | 'rightouter'
  | 'fullouter'
  | 'leftanti'
  | 'leftsemi'
  | 'rightanti'
  | 'rightsemi';

/** One operator after a pipe. */
export type Operator =
  | { readonly op: 'where'; readonly expr: Expr }
  | { readonly op: 'extend' | 'project'; readonly items: readonly Named[] }
  | { readonly op: 'project-away' | 'project-keep'; readonly patterns: readonly string[] }
  | {
      readonly op: 'project-reorder';
      readonly keys: readonly { readonly pattern: string; readonly order: 'asc' | 'desc' | null }[];
    }
  | { readonly op: 'project-rename'; readonly pairs: readonly { readonly to: string; readonly from: string }[] }
  | { readonly op: 'summarize'; readonly aggregates: readonly Named[]; readonly by: readonly Named[] }
  | { readonly op: 'distinct'; readonly items: readonly Named[] }
  | { readonly op: 'top'; readonly count: Expr; readonly keys: readonly SortKey[] }
  | { readonly op: 'sort'; readonly keys: readonly SortKey[] }
  | { readonly op: 'take'; readonly count: Expr }
  | { readonly op: 'count' }
  | {
      readonly op: 'mv-expand';
      readonly items: readonly Expansion[];
      readonly pairs: boolean;
      readonly index: string | null;
      readonly limit: Expr | null;
    }
  | { readonly op: 'join' | 'lookup'; readonly kind: JoinKind; readonly right: Query; readonly on: readonly Expr[] }
  | {
      readonly op: 'union';
      readonly sources: readonly Query[];
      readonly withSource: string | null;
      readonly inner: boolean;
    }
  | { readonly op: 'ignored' };

/** Where a pipeline begins. */
export type Source =
  | { readonly from: 'name'; readonly name: string }
  | { readonly from: 'query'; readonly query: Query }
  | {
      readonly from: 'union';
      readonly sources: readonly Query[];
      readonly withSource: string | null;
      readonly inner: boolean;
    }
  | { readonly from: 'print'; readonly items: readonly Named[] }
  | { readonly from: 'range'; readonly name: string; readonly start: Expr; readonly stop: Expr; readonly step: Expr }
  | {
      readonly from: 'datatable';
      readonly columns: readonly { readonly name: string; readonly type: KqlType }[];
      readonly cells: readonly Expr[];
    };

/** A source and its operators. */
export interface Query {
  readonly source: Source;
  readonly operators: readonly Operator[];
}

/** `let name = …`. */
export type Let = { readonly name: string; readonly scalar: Expr } | { readonly name: string; readonly tabular: Query };

/** A whole text: its definitions and its one query. */
export interface Script {
  readonly lets: readonly Let[];
  readonly query: Query;
}
