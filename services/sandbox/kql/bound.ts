import { type Budget, KqlError } from './budget.ts';
import type { Column, Relation, Row } from './relation.ts';
import type { Expr, Query } from './syntax.ts';
import type { KqlType, Value } from './values.ts';

/** An expression that knows its type and can be computed for a row. `cost` counts its nodes. */
export interface Bound {
  readonly type: KqlType;
  readonly eval: (row: Row) => Value;
  /** Whether it reads no row, so that it is computed once. */
  readonly constant: boolean;
  readonly cost: number;
}

/** What a `let` gave a name to. */
export type Definition = { readonly scalar: Bound } | { readonly tabular: Relation };

/** What one query run has at hand. */
export interface Session {
  readonly nowMs: number;
  readonly budget: Budget;
  readonly lets: Map<string, Definition>;
  /** Binds a sub-query. */
  readonly relationOf: (query: Query) => Relation;
  /** Finds a `let` table or a stored one; null where the name means none. */
  readonly tableOf: (name: string) => Relation | null;
}

/** What an expression may refer to. `aggregate` binds a call of an aggregate function, where one may stand. */
export interface Scope {
  readonly session: Session;
  /** The operator's name, for messages. */
  readonly operator: string;
  readonly columns: ReadonlyMap<string, Column>;
  readonly aggregate: ((name: string, args: readonly Expr[]) => Bound | null) | null;
}

/** A scope over these columns. */
export function scopeOf(session: Session, operator: string, columns: readonly Column[]): Scope {
  return { session, operator, columns: new Map(columns.map((column) => [column.name, column])), aggregate: null };
}

/** The refusal of a scalar name that means nothing here. */
export function unresolved(scope: Scope, name: string): KqlError {
  return new KqlError(
    `'${scope.operator}' operator: Failed to resolve column or scalar expression named '${name}'. Fix semantic errors in your query.`,
  );
}

/** A refusal on behalf of an operator. */
export function refused(scope: Scope, why: string): KqlError {
  return new KqlError(`'${scope.operator}' operator: ${why}. Fix semantic errors in your query.`);
}
