export type Datatype = never;
