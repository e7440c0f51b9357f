import { type Chain, chain, filters } from "./chain.ts";

/** Chains whose filters and cuts the source can decide. */
export const PUSHED_CHAINS: readonly Chain[] = [
  chain("greater", "presence_ratio id", (f, pl) => f.filter(pl.col("presence_ratio").gt(0.5)).select("id"), filters(1)),
  chain(
    "not equal keeps NaN",
    "presence_ratio id",
    (f, pl) => f.filter(pl.col("presence_ratio").neq(0.5)).select("id"),
    filters(1),
  ),
  chain(
    "literal on the left",
    "presence_ratio id",
    (f, pl) => f.filter(pl.lit(0.5).lt(pl.col("presence_ratio"))).select("id"),
    filters(1),
  ),
  chain(
    "and, or, not",
    "presence_ratio snr is_good id",
    (f, pl) =>
      f.filter(pl.col("presence_ratio").gt(0.3).and(pl.col("snr").lt(5)).or(pl.col("is_good").not())).select("id"),
    filters(1),
  ),
  chain(
    "text equals",
    "location spike_times",
    (f, pl) => f.filter(pl.col("location").eq(pl.lit("VISp"))).select("spike_times"),
    filters(1),
  ),
  chain(
    "text pattern",
    "location id",
    (f, pl) => f.filter(pl.col("location").str.contains("^VIS[lp]$")).select("id"),
    filters(1),
  ),
  chain(
    "text start and end",
    "location id",
    (f, pl) => f.filter(pl.col("location").str.startsWith("CA").or(pl.col("location").str.endsWith("l"))).select("id"),
    filters(1),
  ),
  chain(
    "text with quotes",
    "location id",
    (f, pl) => f.filter(pl.col("location").eq(pl.lit('é\n"'))).select("id"),
    filters(1),
  ),
  chain(
    "isIn of text",
    "location id",
    (f, pl) => f.filter(pl.col("location").isIn(["CA1", "CA3"])).select("id"),
    filters(1),
  ),
  chain("isIn of numbers", "rank id", (f, pl) => f.filter(pl.col("rank").isIn([1, 3])).select("id"), filters(1)),
  chain("isIn of nothing", "rank id", (f, pl) => f.filter(pl.col("rank").isIn([])).select("id"), filters(1)),
  chain(
    "int64 above 2^53",
    "big id",
    (f, pl) => f.filter(pl.col("big").eq(pl.lit(9007199254740993n))).select("id", "big"),
    filters(1),
  ),
  chain(
    "uint64 above 2^63",
    "huge",
    (f, pl) => f.filter(pl.col("huge").gt(pl.lit(18446744073709551613n))).select("huge"),
    filters(1),
  ),
  chain(
    "enum equals",
    "quality id",
    (f, pl) => f.filter(pl.col("quality").eq(pl.lit("good"))).select("id", "quality"),
    filters(1),
  ),
  chain("bool column by name", "is_good id", (f) => f.filter("is_good").select("id"), filters(1)),
  chain("isNull", "snr id", (f, pl) => f.filter(pl.col("snr").isNull()).select("id"), filters(1)),
  chain(
    "isNotNan",
    "presence_ratio",
    (f, pl) => f.filter(pl.col("presence_ratio").isNotNan()).select("presence_ratio"),
    filters(1),
  ),
  chain("date", "recorded id", (f, pl) => f.filter(pl.col("recorded").dt.year().eq(2020)).select("id"), filters(1)),
  chain(
    "arithmetic",
    "presence_ratio snr id",
    (f, pl) => f.filter(pl.col("presence_ratio").multiplyBy(2).plus(pl.col("snr")).gt(3)).select("id"),
    filters(1),
  ),
  chain("cast", "rank id", (f, pl) => f.filter(pl.col("rank").cast(pl.Float64).gt(1.5)).select("id"), filters(1)),
  chain(
    "list length",
    "spike_times id",
    (f, pl) => f.filter(pl.col("spike_times").list.lengths().gt(1)).select("id"),
    filters(1),
  ),
  chain(
    "list aggregates",
    "spike_times id",
    (f, pl) =>
      f.filter(pl.col("spike_times").list.max().gt(5).and(pl.col("spike_times").list.first().lt(8))).select("id"),
    filters(1),
  ),
  chain(
    "list contains",
    "tags id",
    (f, pl) => f.filter(pl.col("tags").list.contains(pl.lit("a"))).select("id", "tags"),
    filters(1),
  ),
  chain(
    "list eval",
    "spike_times id",
    (f, pl) => f.filter(pl.col("spike_times").list.eval(pl.element().rank()).list.max().gt(2)).select("id"),
    filters(1),
  ),
  chain(
    "struct field",
    "trial id",
    (f, pl) => f.filter(pl.col("trial").struct.field("idx_start").gt(3)).select("id"),
    filters(1),
  ),
  chain(
    "when",
    "presence_ratio snr id",
    (f, pl) =>
      f
        .filter(pl.when(pl.col("snr").isNull()).then(pl.lit(true)).otherwise(pl.col("presence_ratio").gt(0.5)))
        .select("id"),
    filters(1),
  ),
  chain(
    "fill before compare",
    "presence_ratio id",
    (f, pl) => f.filter(pl.col("presence_ratio").fillNan(0).fillNull(1).gt(0.5)).select("id"),
    filters(1),
  ),
  chain(
    "horizontal",
    "presence_ratio snr id",
    (f, pl) => f.filter(pl.minHorizontal([pl.col("presence_ratio"), pl.col("snr")]).gt(0.2)).select("id"),
    filters(1),
  ),
  chain(
    "any of a pattern of columns",
    "is_good id",
    (f, pl) => f.filter(pl.anyHorizontal([pl.col("^is_.*$")])).select("id"),
    filters(1),
  ),
  chain(
    "any of a pattern without a match",
    "id",
    (f, pl) => f.filter(pl.anyHorizontal([pl.col("^zzz.*$"), pl.lit(true)])).select("id"),
    filters(1),
  ),
  chain(
    "two filters",
    "presence_ratio snr id",
    (f, pl) => f.filter(pl.col("presence_ratio").gt(0.2)).filter(pl.col("snr").gt(2)).select("id"),
    filters(2),
  ),
  chain(
    "internal columns alone",
    "id",
    (f, pl) => f.filter(pl.col("_nwb_path").eq(pl.lit("/data/2.nwb"))).select("id"),
    filters(1),
  ),
  chain(
    "internal and stored columns",
    "presence_ratio id",
    (f, pl) =>
      f
        .filter(
          pl
            .col("presence_ratio")
            .gt(0.1)
            .and(pl.col("_nwb_path").isIn(["/data/1.nwb", "/data/3.nwb"]))
            .and(pl.col("_table_index").lt(4)),
        )
        .select("id"),
    filters(3),
  ),
  chain("filter after select", "snr id", (f, pl) => f.select("id", "snr").filter(pl.col("snr").gt(3)), filters(1)),
  chain(
    "filter after rename",
    "snr id",
    (f, pl) => f.rename({ snr: "signal", id: "snr" }).filter(pl.col("signal").gt(3)).select("snr"),
    filters(1),
  ),
  chain(
    "filter after renaming select",
    "snr id",
    (f, pl) => f.select(pl.col("snr").alias("s"), "id").withColumnRenamed("s", "t").filter(pl.col("t").gt(3)),
    filters(1),
  ),
  chain(
    "filter after drop",
    "snr id rank",
    (f, pl) => f.select("id", "snr", "rank", "big").drop("big").filter(pl.col("snr").gt(3)),
    filters(1),
  ),
  chain(
    "filter on a computed column",
    "snr presence_ratio id",
    (f, pl) =>
      f
        .withColumns(pl.col("snr").multiplyBy(pl.col("presence_ratio")).alias("score"))
        .filter(pl.col("score").gt(2))
        .select("id", "score"),
    filters(1),
  ),
  chain(
    "filter on an unnested field",
    "trial id",
    (f, pl) => f.select("id", "trial").unnest("trial").filter(pl.col("idx_start").gt(4)),
    filters(1),
  ),
  chain("drop nulls of a column", "snr id", (f) => f.dropNulls("snr").select("id"), filters(1)),
  chain("drop nulls of all", "snr id rank", (f) => f.select("id", "snr", "rank").dropNulls(), filters(1)),
  chain(
    "fill, then filter",
    "snr id",
    (f, pl) => f.select("id", "snr").fillNull(9).filter(pl.col("snr").gt(8)),
    filters(1),
  ),
  chain(
    "filter, then group",
    "presence_ratio location snr",
    (f, pl) => f.filter(pl.col("presence_ratio").gt(0.3)).groupBy("location").agg(pl.col("snr").mean(), pl.len()),
    filters(1),
  ),
  chain(
    "filter, then sort and head",
    "presence_ratio snr id",
    (f, pl) => f.filter(pl.col("presence_ratio").gt(0.3)).sort("snr").head(3).select("id"),
    filters(1),
  ),
  chain("filter, then everything", "*", (f, pl) => f.filter(pl.col("presence_ratio").gt(0.6)), filters(1)),
  chain("no row left", "snr id", (f, pl) => f.filter(pl.col("snr").gt(1e9)).select("id"), filters(1)),
  chain(
    "constant predicate, then a real one",
    "snr id",
    (f, pl) => f.filter(pl.col("snr").gt(2)).filter(pl.lit(true)).select("id"),
    filters(1),
  ),
  chain("head", "id snr", (f) => f.select("id", "snr").head(4), { limit: 4 }),
  chain("head without a number", "id", (f) => f.select("id").head(), { limit: 5 }),
  chain("limit of all columns", "*", (f) => f.limit(3), { limit: 3 }),
  chain("head of nothing", "*", (f) => f.head(0), { limit: 0 }),
  chain("head beyond the end", "id", (f) => f.head(1000).select("id"), { limit: 1000 }),
  chain("slice", "id", (f) => f.slice(9, 5).select("id"), { offset: 9, limit: 5 }),
  chain("slice by options", "id", (f) => f.slice({ offset: 30, length: 50 }).select("id"), { offset: 30, limit: 50 }),
  chain("filter, then slice", "snr id", (f, pl) => f.filter(pl.col("snr").gt(2)).slice(3, 4).select("id"), {
    filters: 1,
    offset: 3,
    limit: 4,
  }),
  chain("slice, then filter", "snr id", (f, pl) => f.slice(3, 12).filter(pl.col("snr").gt(2)).select("id"), {
    offset: 3,
    limit: 12,
  }),
];
