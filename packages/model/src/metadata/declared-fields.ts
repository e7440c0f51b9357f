/** Fields that the core schema declares as lists; one stored as a single value is a list of one. */
export const LIST_FIELDS: ReadonlySet<string> = new Set([
  "experimenter",
  "keywords",
  "related_publications",
  "file_create_date",
]);

/** Fields of the session and the subject that the core schema declares as one value; an array of one is that value. */
export const SCALAR_FIELDS: ReadonlySet<string> = new Set(
  (
    "identifier session_description session_start_time timestamps_reference_time data_collection experiment_description " +
    "institution lab notes pharmacology protocol session_id slices source_script stimulus surgery virus age " +
    "date_of_birth description genotype sex species strain subject_id weight"
  ).split(" "),
);

/** The fields of the root that describe the session, in the order in which they are shown. */
export const ROOT_FIELDS = [
  "session_start_time",
  "session_description",
  "identifier",
  "timestamps_reference_time",
  "file_create_date",
] as const;
