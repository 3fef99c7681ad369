/** The part of the product that a requirement belongs to. */
export type Part = 'gateway' | 'auth' | 'window' | 'transparency' | 'connect';

/** Id, part and what has to hold, in one sentence. */
export type RequirementRow = readonly [id: string, part: Part, sentence: string];
