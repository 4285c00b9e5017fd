namespace AdaFormer.Web.Jobs;

/// <summary>Admits some pictures to work and some to wait for it, in the order in which they ask.</summary>
internal sealed class WorkGate(int atWork, int waiting)
{
    private readonly Lock _lock = new();
    private readonly List<Place> _queue = [];
    private int _places;
    private int _working;

    /// <summary>Takes a place, which disposing gives back.</summary>
    /// <returns>The place, or <see langword="null"/> if all are taken.</returns>
    public Place? TryEnter()
    {
        lock (_lock)
        {
            if (_places == atWork + waiting)
                return null;
            _places++;
            return new Place(this, isClients: true);
        }
    }

    /// <summary>Takes a place beyond those of the clients, for work of the service itself.</summary>
    public Place Enter() => new(this, isClients: false);

    private void Admit()
    {
        while (_working < atWork && _queue.Count > 0)
        {
            _working++;
            _queue[0].Admit();
            _queue.RemoveAt(0);
        }

        for (var i = 0; i < _queue.Count; i++)
            _queue[i].Moved?.Invoke(i);
    }

    /// <summary>A place at work, or of one who waits.</summary>
    public sealed class Place(WorkGate gate, bool isClients) : IDisposable
    {
        private readonly TaskCompletionSource _admitted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _left;

        internal Action<int>? Moved { get; private set; }

        /// <summary>Waits for the turn.</summary>
        /// <param name="moved">Called with the number of pictures that are ahead.</param>
        /// <param name="cancellationToken">Gives up waiting; the place stays until it is disposed.</param>
        public async Task WaitAsync(Action<int>? moved, CancellationToken cancellationToken)
        {
            lock (gate._lock)
            {
                Moved = moved;
                gate._queue.Add(this);
                gate.Admit();
            }

            await _admitted.Task.WaitAsync(cancellationToken);
        }

        internal void Admit() => _admitted.SetResult();

        public void Dispose()
        {
            lock (gate._lock)
            {
                if (_left)
                    return;
                _left = true;
                gate._places -= isClients ? 1 : 0;
                gate._queue.Remove(this);
                if (_admitted.Task.IsCompleted)
                    gate._working--;
                gate.Admit();
            }
        }
    }
}
