namespace GrantPortal.Data.Documents;

/// <summary>
/// A file on its way from the request to the store: of a length known beforehand, seen once. It says that it can be sought because the store's client asks its length
/// so; it cannot be read a second time.
/// </summary>
/// <param name="head">The first bytes, taken already.</param>
/// <param name="rest">What comes behind them.</param>
/// <param name="examine">Sees all bytes in order; what it throws ends the reading.</param>
internal sealed class PassingStream(ReadOnlyMemory<byte> head, Stream rest, long length, Patience patience, Action<ReadOnlyMemory<byte>> examine) : Stream
{
    private long position;

    /// <summary>Why no more could be read; null: nothing went wrong on this side.</summary>
    public Exception? Fault { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position == length || buffer.IsEmpty) return 0;
        try
        {
            // A slow sender is the web server's to judge; here the store is, from the moment it could have what came.
            patience.Suspend();
            buffer = buffer[..(int)Math.Min(buffer.Length, length - position)];
            var read = FromHead(buffer.Span);
            // Whole buffers: the web server gives four KiB at a time, and neither sending nor storing such pieces is cheap.
            read += await rest.ReadAtLeastAsync(buffer[read..], buffer.Length - read, throwOnEndOfStream: false, cancellationToken);
            if (read < buffer.Length) throw new EndOfStreamException($"Only {position + read} of {length} bytes came.");
            examine(buffer[..read]);
            position += read;
            patience.Begin();
            return read;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Fault = exception;
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin)
    {
        var target = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => position, _ => length };
        return target == position ? position : throw new NotSupportedException("What has passed cannot be read again.");
    }

    private int FromHead(Span<byte> buffer)
    {
        var next = head.Span[(int)Math.Min(position, head.Length)..];
        next = next[..Math.Min(next.Length, buffer.Length)];
        next.CopyTo(buffer);
        return next.Length;
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>How long something may say nothing: the token is cancelled then, and when <paramref name="cancel"/> is.</summary>
internal sealed class Patience(TimeSpan silence, CancellationToken cancel) : IDisposable
{
    private readonly CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(cancel);

    public CancellationToken Token => source.Token;

    /// <summary>It said nothing for too long.</summary>
    public bool IsLost => source.IsCancellationRequested && !cancel.IsCancellationRequested;

    public void Begin() => source.CancelAfter(silence);

    public void Suspend() => source.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Dispose() => source.Dispose();
}
