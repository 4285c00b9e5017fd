namespace AdaFormer.Batch;

/// <summary>Counts a batch's pictures by status and reports progress. Thread-safe; callbacks are serialized.</summary>
internal sealed class BatchTally(int total, IProgress<BatchProgress>? progress)
{
    private readonly int[] _counts = new int[Enum.GetValues<BatchStatus>().Length];
    private readonly Lock _lock = new();
    private int _warned;
    private double _finished;
    private double _pixels;
    private double _haltedPixels;
    private double _refinablePixels;
    private double _refinedPixels;
    private double _firstSeconds;
    private double _secondSeconds;

    /// <summary>One picture's share of the progress, reported after every tile.</summary>
    public PicturePart Begin() => new(this);

    public BatchResult Result()
    {
        lock (_lock)
        {
            var (done, skipped, failed) = (_counts[(int)BatchStatus.Done], _counts[(int)BatchStatus.Skipped], _counts[(int)BatchStatus.Failed]);
            return new BatchResult(total, done, skipped, failed, _haltedPixels / _pixels, done + skipped + failed < total) { Warned = _warned, Refinement = Refinement() };
        }
    }

    private RefinementResult? Refinement() => _refinablePixels == 0
        ? null
        : new RefinementResult(_refinedPixels / _refinablePixels, TimeSpan.FromSeconds(_firstSeconds), TimeSpan.FromSeconds(_secondSeconds));

    private void Add(double part, BatchRecord? record)
    {
        lock (_lock)
        {
            _finished += part;
            if (record is not null)
                _counts[(int)record.Status]++;
            if (record?.Warnings is not null)
                _warned++;
            if (record is { Status: BatchStatus.Done, InputWidth: { } width, InputHeight: { } height })
                AddWork(record, (double)width * height);
            progress?.Report(new BatchProgress(_finished, total, record));
        }
    }

    private void AddWork(BatchRecord record, double pixels)
    {
        if (record.HaltedShare is { } halted)
        {
            _pixels += pixels;
            _haltedPixels += halted * pixels;
        }

        if (record is { RefinedShare: { } refined, FirstSeconds: { } first, SecondSeconds: { } second })
        {
            _refinablePixels += pixels;
            _refinedPixels += refined * pixels;
            _firstSeconds += first;
            _secondSeconds += second;
        }
    }

    /// <summary>Counts one picture.</summary>
    public sealed class PicturePart(BatchTally tally) : IProgress<UpscaleProgress>
    {
        private double _told;

        public void Report(UpscaleProgress value) => Tell(value.Share, null);

        public void Finish(BatchRecord record) => Tell(1, record);

        private void Tell(double part, BatchRecord? record)
        {
            tally.Add(part - _told, record);
            _told = part;
        }
    }
}
