import { type Chain, chain, filters } from "./chain.ts";

/** Chains of which no row may be left out, and with that of which all rows are read. */
export const WHOLE_CHAINS: readonly Chain[] = [
  chain("everything", "*", (f) => f),
  chain("select", "id spike_times", (f) => f.select("id", "spike_times")),
  chain("select a pattern", "spike_times snr", (f, pl) => f.select(pl.col("^s.*$"))),
  chain(
    "select but some",
    "id presence_ratio snr location quality is_good rank big huge tags recorded _nwb_path _table_path _table_index",
    (f, pl) => f.select(pl.exclude("spike_times", "obs_intervals", "waveform_mean", "trial")),
  ),
  chain("select by position", "presence_ratio", (f, pl) => f.select(pl.nth(1))),
  chain("select by type", "presence_ratio", (f, pl) => f.select(pl.col(pl.Float64 as never))),
  chain("select several by name", "id big", (f, pl) => f.select(pl.cols("id", "big"))),
  chain("select an expression", "snr rank", (f, pl) => f.select(pl.col("snr").plus(pl.col("rank")).alias("sum"))),
  // polars itself reads one column here, the first.
  chain("select a constant", "id", (f, pl) => f.select(pl.lit(1).alias("one"))),
  chain("row count", "", (f, pl) => f.select(pl.len())),
  chain("any null in any column", "*", (f, pl) => f.select(pl.anyHorizontal([pl.all().isNull()]).alias("any"))),
  chain("a struct of all, one field of it", "*", (f, pl) =>
    f.select(pl.struct([pl.all()]).alias("all")).select(pl.col("all").struct.field("snr")),
  ),
  chain("withColumns, unused", "id", (f, pl) => f.withColumns(pl.col("snr").multiplyBy(2).alias("twice")).select("id")),
  chain("withColumn", "snr id", (f, pl) =>
    f.withColumn(pl.col("snr").multiplyBy(2).alias("twice")).select("id", "twice"),
  ),
  chain("rename and drop", "snr", (f) => f.rename({ snr: "SNR" }).drop("id").select("SNR")),
  chain("opaque: lower case", "location id", (f, pl) =>
    f.filter(pl.col("location").str.toLowerCase().eq(pl.lit("visp"))).select("id"),
  ),
  chain("opaque: text length", "location id", (f, pl) =>
    f.withColumns(pl.col("location").str.lengths().alias("n")).select("id", "n"),
  ),
  chain("opaque over all columns of text", "location _nwb_path _table_path", (f, pl) =>
    f.select(pl.col(pl.Utf8 as never).str.toUpperCase()),
  ),
  chain("opaque: hash", "rank", (f, pl) => f.select(pl.col("rank").hash())),
  chain("filter on an aggregate", "snr id", (f, pl) => f.filter(pl.col("snr").gt(pl.col("snr").mean())).select("id")),
  chain("filter on half an aggregate", "snr rank id", (f, pl) =>
    f
      .filter(
        pl
          .col("rank")
          .gt(1)
          .and(pl.col("snr").gt(pl.col("snr").mean())),
      )
      .select("id"),
  ),
  chain("filter on a window", "snr location id", (f, pl) =>
    f.filter(pl.col("snr").eq(pl.col("snr").max().over("location"))).select("id"),
  ),
  chain("filter on a shift", "rank id", (f, pl) => f.filter(pl.col("rank").gt(pl.col("rank").shift(1))).select("id")),
  chain("filter on first ones", "location id", (f, pl) => f.filter(pl.col("location").isFirstDistinct()).select("id")),
  chain("filter on unique ones", "rank id", (f, pl) => f.filter(pl.col("rank").isUnique()).select("id")),
  chain("filter on duplicates", "rank id", (f, pl) => f.filter(pl.col("rank").isDuplicated()).select("id")),
  chain("filter on a rank", "snr id", (f, pl) => f.filter(pl.col("snr").rank().gt(10)).select("id")),
  chain("filter on a cumulative sum", "rank id", (f, pl) =>
    f.filter(pl.col("rank").cast(pl.Int64).cumSum().gt(10)).select("id"),
  ),
  chain("filter on a difference", "rank id", (f, pl) =>
    f.filter(pl.col("rank").diff({ n: 1, nullBehavior: "ignore" }).gt(0)).select("id"),
  ),
  chain("filter on a rolling mean", "presence_ratio id", (f, pl) =>
    f.filter(pl.col("presence_ratio").rollingMean(2).gt(0.4)).select("id"),
  ),
  chain("filter on what was there before", "snr id", (f, pl) =>
    f.filter(pl.col("snr").fillNull("forward").gt(4)).select("id"),
  ),
  chain("filter on membership in a column", "rank id", (f, pl) =>
    f.filter(pl.col("rank").isIn(pl.col("rank").filter(pl.col("id").gt(200)))).select("id"),
  ),
  chain("filter on the order reversed", "rank id", (f, pl) => f.filter(pl.col("rank").reverse().gt(2)).select("id")),
  chain("filter on the number of rows", "rank id", (f, pl) =>
    f.filter(pl.col("rank").cast(pl.Float64).lt(pl.len().cast(pl.Float64).div(20))).select("id"),
  ),
  chain("filter on a position", "id", (f, pl) => f.filter(pl.intRange(0, pl.len()).lt(4)).select("id")),
  chain("filter above an opaque one", "location snr id", (f, pl) =>
    f
      .filter(pl.col("location").str.toLowerCase().eq(pl.lit("ca1")))
      .filter(pl.col("snr").gt(2))
      .select("id"),
  ),
  chain("filter above an aggregate", "snr rank id", (f, pl) =>
    f
      .filter(pl.col("snr").gt(pl.col("snr").mean()))
      .filter(pl.col("rank").gt(1))
      .select("id"),
  ),
  chain("filter above a column of aggregates", "snr id", (f, pl) =>
    f
      .withColumns(pl.col("snr").minus(pl.col("snr").mean()).alias("z"))
      .filter(pl.col("z").gt(0))
      .select("id"),
  ),
  chain("filter above a select of one row", "snr", (f, pl) =>
    f.select(pl.col("snr").max()).filter(pl.col("snr").gt(3)),
  ),
  chain("filter above a select of constants", "id", (f, pl) =>
    f.select(pl.lit(1).alias("one")).filter(pl.col("one").gt(0)),
  ),
  chain("tail, then filter", "snr id", (f, pl) => f.tail(6).filter(pl.col("snr").gt(2)).select("id")),
  chain("tail", "id", (f) => f.tail(3).select("id")),
  chain("last", "id", (f) => f.last().select("id")),
  chain("slice from the end", "id", (f) => f.slice(-4, 2).select("id")),
  chain("reverse, then head", "id", (f) => f.reverse().head(3).select("id")),
  chain("row index, then filter", "snr id", (f, pl) =>
    f.withRowIndex().filter(pl.col("snr").gt(2)).select("index", "id"),
  ),
  chain("sort, then filter", "snr id", (f, pl) => f.sort("snr").filter(pl.col("snr").gt(2)).select("id")),
  chain("sort by several", "rank snr id", (f, pl) =>
    f.sort([pl.col("rank"), pl.col("snr")], [true, false], true).select("id"),
  ),
  chain("sort by options, then head", "snr id", (f) =>
    f.sort({ by: "snr", descending: true, nullsLast: true }).head(4).select("id", "snr"),
  ),
  chain("unique", "location", (f) => f.select("location").unique({ maintainOrder: true })),
  chain("unique of a subset, then filter", "location snr id", (f, pl) =>
    f
      .unique({ subset: ["location"], keep: "first", maintainOrder: true })
      .filter(pl.col("snr").gt(1))
      .select("id"),
  ),
  chain("unique, any order", "rank", (f) => f.select("rank").unique(), undefined, true),
  chain("group and aggregate", "location snr rank", (f, pl) =>
    f.groupBy("location").agg(pl.col("snr").mean(), pl.col("rank").max().alias("top")),
  ),
  chain("group, then filter", "location snr", (f, pl) =>
    f.groupBy("location").agg(pl.col("snr").mean()).filter(pl.col("snr").gt(3)),
  ),
  chain("group by an expression", "rank snr", (f, pl) =>
    f.groupBy([pl.col("rank").gt(2).alias("high")]).agg(pl.col("snr").sum()),
  ),
  chain("group and count", "location", (f) => f.groupBy("location").len("n")),
  chain("group and head", "rank id", (f) => f.select("rank", "id").groupBy("rank").head(1)),
  chain(
    "group by windows of time",
    "recorded snr",
    (f, pl) =>
      f
        .select("recorded", "snr")
        .filter(pl.col("recorded").isNotNull())
        .sort("recorded")
        .groupByDynamic({ indexColumn: "recorded", every: "1d" })
        .agg(pl.col("snr").count()),
    filters(1),
  ),
  chain(
    "group by rolling windows",
    "recorded rank",
    (f, pl) =>
      f
        .select("recorded", "rank")
        .filter(pl.col("recorded").isNotNull())
        .sort("recorded")
        .groupByRolling({ indexColumn: "recorded", period: "2d" })
        .agg(pl.col("rank").count()),
    filters(1),
  ),
  chain("explode", "id spike_times", (f) => f.select("id", "spike_times").explode("spike_times")),
  chain("explode, then filter", "id spike_times", (f, pl) =>
    f.select("id", "spike_times").explode("spike_times").filter(pl.col("spike_times").gt(5)),
  ),
  chain("explode, then leave it", "id spike_times", (f) => f.explode("spike_times").select("id")),
  chain("unpivot", "id presence_ratio snr", (f) => f.unpivot("id", ["presence_ratio", "snr"])),
  chain("window", "location snr id", (f, pl) => f.select("id", pl.col("snr").mean().over("location").alias("m"))),
  chain("shift all", "id snr", (f) => f.select("id", "snr").shift(2)),
  chain("aggregates of all", "snr rank", (f) => f.select("snr", "rank").max()),
  chain("quantile", "snr", (f) => f.select("snr").quantile(0.5)),
  chain("fill NaN", "presence_ratio", (f) => f.select("presence_ratio").fillNan(7)),
  chain("clone and cache", "id", (f) => f.clone().cache().select("id")),
  chain("text of several", "location rank", (f, pl) =>
    f.select(pl.concatString([pl.col("location"), pl.col("rank")], "-").alias("text")),
  ),
  chain("fixed-size arrays and structs", "waveform_mean obs_intervals trial", (f) =>
    f.select("waveform_mean", "obs_intervals", "trial"),
  ),
  chain("join with itself", "location snr id", (f, pl) =>
    f
      .select("id", "location")
      .join(
        f.groupBy("location").agg(pl.col("snr").mean().alias("mean")) as never,
        { on: "location", maintainOrder: "left" } as never,
      )
      .select("id", "mean"),
  ),
  chain("filter above a join", "location snr id rank", (f, pl) =>
    f
      .select("id", "location", "rank")
      .join(
        f.groupBy("location").agg(pl.col("snr").mean().alias("mean")) as never,
        { on: "location", maintainOrder: "left" } as never,
      )
      .filter(pl.col("rank").gt(1))
      .select("id", "mean"),
  ),
];
