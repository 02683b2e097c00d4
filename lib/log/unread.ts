/** Stands for a value whose getter threw. */
export const UNREAD: unique symbol = Symbol('unread');

/** What is written for it, and for what can't be serialised. */
export const UNREADABLE = '"[unreadable]"';
