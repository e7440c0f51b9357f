/**
 * Types of the NWB core schema 2.0 to 2.11 and of hdmf-common 1.1 to 1.10 (with hdmf-experimental), as parent -> children.
 * Where releases differ the newest one counts; types that were dropped since are kept, as old files have them.
 */
const CHILDREN: Readonly<Record<string, string>> = {
  Data: "NWBData VectorData ElementIdentifiers Index",
  Container: "NWBContainer CSRMatrix DynamicTable ExternalResources HERD SimpleMultiContainer",
  VectorData:
    "VectorIndex DynamicTableRegion EnumData VocabData TimeSeriesReferenceVectorData TimestampVectorData DurationVectorData",
  DynamicTable:
    "AlignedDynamicTable MeaningsTable ElectrodesTable EventsTable ExperimentalConditionsTable FrequencyBandsTable " +
    "IntracellularElectrodesTable IntracellularResponsesTable IntracellularStimuliTable PlaneSegmentation " +
    "RepetitionsTable SequentialRecordingsTable SimultaneousRecordingsTable SweepTable TimeIntervals Units",
  AlignedDynamicTable: "IntracellularRecordingsTable",
  NWBData: "BaseImage ImageReferences RetinotopyMap ScratchData SpecFile",
  BaseImage: "ExternalImage Image",
  Image: "GrayscaleImage RGBAImage RGBImage",
  GrayscaleImage: "RetinotopyImage",
  RetinotopyMap: "AxisMap",
  NWBContainer:
    "Device DeviceModel ElectrodeGroup ImagingPlane IntracellularElectrode LabMetaData NWBDataInterface NWBFile " +
    "OpticalChannel OptogeneticStimulusSite ProcessingModule Subject",
  NWBDataInterface:
    "BehavioralEpochs BehavioralEvents BehavioralTimeSeries ClusterWaveforms Clustering CompassDirection " +
    "CorrectedImageStack DfOverF EventDetection EventWaveform EyeTracking FeatureExtraction FilteredEphys Fluorescence " +
    "ImageSegmentation Images ImagingRetinotopy LFP MotionCorrection Position PupilTracking TimeSeries",
  TimeSeries:
    "AbstractFeatureSeries AnnotationSeries DecompositionSeries ElectricalSeries ImageSeries IndexSeries IntervalSeries " +
    "OptogeneticSeries PatchClampSeries RoiResponseSeries SpatialSeries",
  ElectricalSeries: "SpikeEventSeries",
  PatchClampSeries: "CurrentClampSeries CurrentClampStimulusSeries VoltageClampSeries VoltageClampStimulusSeries",
  CurrentClampSeries: "IZeroClampSeries",
  ImageSeries: "ImageMaskSeries OnePhotonSeries OpticalSeries TwoPhotonSeries",
};

/** Type -> the type it extends; null for the two roots. */
export const CORE_TYPES: ReadonlyMap<string, string | null> = new Map<string, string | null>([
  ["Data", null],
  ["Container", null],
  ...Object.entries(CHILDREN).flatMap(([parent, children]) =>
    children.split(" ").map((child): [string, string] => [child, parent]),
  ),
]);

/** The namespaces whose types are built in: the file's own copies of them are not read. */
export const CORE_NAMESPACES: ReadonlySet<string> = new Set(["core", "hdmf-common", "hdmf-experimental"]);
