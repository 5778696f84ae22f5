using System.Buffers;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using GrantPortal.Domain.Documents;

namespace GrantPortal.Data.Documents;

/// <summary>What arrived, once its bytes are stored.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
public sealed record StoredBlob(Guid Id, FileType Type, long Size, string Sha256);

/// <summary>What was stored of bytes of any kind.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
public sealed record StoredBytes(long Size, string Sha256);

/// <summary>A file that cannot be accepted, in Japanese words that say what to do.</summary>
public sealed class UnacceptableFileException(string message) : Exception(message);

/// <summary>Where files go in.</summary>
public interface IBlobStore
{
    /// <summary>
    /// Streams a file into the store in one pass, hashing on the way. Nothing is kept unless it is whole, of an accepted type and size.
    /// </summary>
    /// <param name="length">Bytes there are, where that is known beforehand: then a large file is passed on as it comes instead of being held in memory block by block.</param>
    /// <param name="objection">Words against a file of this type here; null: none.</param>
    /// <exception cref="UnacceptableFileException">Empty, larger than 20 MiB, neither PDF, JPEG nor PNG by content, or an encrypted PDF.</exception>
    /// <exception cref="TimeoutException">The store takes nothing any more.</exception>
    Task<StoredBlob> WriteAsync(Guid id, Stream bytes, long? length, CancellationToken cancel, Func<FileType, string?>? objection = null);

    /// <summary>The same for a list an operator imports: whatever it holds is told when it is read.</summary>
    /// <param name="largest">Bytes.</param>
    /// <param name="tooLarge">Words for one that is larger, in Japanese.</param>
    /// <exception cref="UnacceptableFileException">Empty, or too large.</exception>
    Task<StoredBytes> WriteListAsync(Guid id, Stream bytes, long largest, string tooLarge, CancellationToken cancel);

    /// <summary>The stored bytes, seekable for range requests; null when the store does not have them.</summary>
    Task<Stream?> OpenReadAsync(Guid id, CancellationToken cancel);

    /// <summary>The stored bytes from the first to the last, in one request; null when the store does not have them.</summary>
    Task<Stream?> OpenWholeAsync(Guid id, CancellationToken cancel);

    /// <summary>Removes a blob that no row names; nothing happens when it is gone already.</summary>
    Task DeleteAsync(Guid id, CancellationToken cancel);

    /// <summary>Copies a blob to the quarantine, byte for byte; nothing happens when it is there already. The caller then writes the row and deletes the blob here.</summary>
    /// <exception cref="RequestFailedException">The store does not have it in either place.</exception>
    Task CopyToQuarantineAsync(Guid id, CancellationToken cancel);

    /// <summary>Removes a blob that no row names from both places; nothing happens where it is not.</summary>
    Task DeleteEverywhereAsync(Guid id, CancellationToken cancel);
}

/// <summary>
/// Files in Azure Blob storage, named by GUID. What is staged is committed last, so a broken upload leaves nothing behind. A small file is held in memory, and sent
/// again where the store has a moment's trouble; a larger one of known length passes through, so that memory does not grow with it; one of unknown length
/// (a form sent without script) goes block by block through one pooled buffer.
/// </summary>
public sealed class AzureBlobStore(BlobContainerClient container, OnceContainer once, QuarantineContainer quarantine) : IBlobStore
{
    /// <summary>Bytes held in memory for an upload of unknown length.</summary>
    private const int BlockBytes = 1024 * 1024;

    /// <summary>A file of at most so many bytes is held as a whole.</summary>
    private const int HeldBytes = 256 * 1024;

    public async Task<StoredBlob> WriteAsync(Guid id, Stream bytes, long? length, CancellationToken cancel, Func<FileType, string?>? objection = null)
    {
        FileType? type = null;
        var encryption = new PdfEncryption();
        var stored = length > HeldBytes
            ? await PassAsync(id, bytes, length.Value, FileContent.LargestBytes, FileContent.TooLarge, Recognised, Examine, cancel)
            : await StreamAsync(id, bytes, FileContent.LargestBytes, FileContent.TooLarge, Recognised, Examine, (int?)length + 1 ?? BlockBytes, cancel);
        return new StoredBlob(id, type!.Value, stored.Size, stored.Sha256);

        string Recognised(ReadOnlyMemory<byte> head)
        {
            type = FileContent.Recognise(head.Span) ?? throw new UnacceptableFileException(FileContent.WrongType);
            if (objection?.Invoke(type.Value) is { } words) throw new UnacceptableFileException(words);
            return type.Value.MediaType();
        }

        void Examine(ReadOnlyMemory<byte> block)
        {
            if (type == FileType.Pdf && encryption.Passes(block.Span)) throw new UnacceptableFileException(DocumentFaults.Encrypted);
        }
    }

    public Task<StoredBytes> WriteListAsync(Guid id, Stream bytes, long largest, string tooLarge, CancellationToken cancel) =>
        StreamAsync(id, bytes, largest, tooLarge, _ => "text/csv", _ => { }, BlockBytes, cancel);

    public async Task CopyToQuarantineAsync(Guid id, CancellationToken cancel)
    {
        var copy = quarantine.Blobs.GetBlockBlobClient(Name(id));
        if (await copy.ExistsAsync(cancel)) return;
        await using var bytes = await container.GetBlockBlobClient(Name(id)).OpenReadAsync(new BlobOpenReadOptions(allowModifications: false) { BufferSize = BlockBytes }, cancel);
        await copy.UploadAsync(bytes, new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "application/octet-stream" } }, cancel);
    }

    /// <summary>In one request that is sent while the bytes come: the store keeps all of it or nothing.</summary>
    /// <inheritdoc cref="StreamAsync"/>
    private async Task<StoredBytes> PassAsync(
        Guid id, Stream bytes, long length, long largest, string tooLarge, Func<ReadOnlyMemory<byte>, string> mediaType, Action<ReadOnlyMemory<byte>> examine, CancellationToken cancel)
    {
        if (length > largest) throw new UnacceptableFileException(tooLarge);
        var head = new byte[FileContent.HeadBytes];
        await bytes.ReadExactlyAsync(head, cancel);
        var headers = new BlobHttpHeaders { ContentType = mediaType(head) };
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var patience = new Patience(once.Patience, cancel);
        await using var passing = new PassingStream(head, bytes, length, patience, block =>
        {
            examine(block);
            hash.AppendData(block.Span);
        });
        try
        {
            await once.Blobs.GetBlockBlobClient(Name(id)).UploadAsync(passing, new BlobUploadOptions { HttpHeaders = headers }, patience.Token);
        }
        catch (Exception) when (passing.Fault is { } fault)
        {
            // What broke off is what came in; the store's client only says that it could not send it.
            ExceptionDispatchInfo.Throw(fault);
        }
        catch (OperationCanceledException cancelled) when (patience.IsLost)
        {
            throw new TimeoutException("The blob store takes nothing any more.", cancelled);
        }
        Instruments.FileStored(length);
        return new StoredBytes(length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <param name="mediaType">From the first bytes; throws where they are not acceptable.</param>
    /// <param name="examine">Sees all bytes before they are stored; throws where they are not acceptable.</param>
    /// <param name="blockBytes">Held at a time; where the length is known, one more than that.</param>
    private async Task<StoredBytes> StreamAsync(
        Guid id, Stream bytes, long largest, string tooLarge, Func<ReadOnlyMemory<byte>, string> mediaType, Action<ReadOnlyMemory<byte>> examine, int blockBytes, CancellationToken cancel)
    {
        var blob = container.GetBlockBlobClient(Name(id));
        var buffer = ArrayPool<byte>.Shared.Rent(blockBytes);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            var blocks = new List<string>();
            var headers = new BlobHttpHeaders();
            var size = 0L;
            while (true)
            {
                var length = await bytes.ReadAtLeastAsync(buffer.AsMemory(0, blockBytes), blockBytes, throwOnEndOfStream: false, cancel);
                if (size == 0)
                {
                    if (length == 0) throw new UnacceptableFileException(FileContent.Empty);
                    headers.ContentType = mediaType(buffer.AsMemory(0, Math.Min(length, FileContent.HeadBytes)));
                }
                size += length;
                if (size > largest) throw new UnacceptableFileException(tooLarge);
                examine(buffer.AsMemory(0, length));
                hash.AppendData(buffer, 0, length);
                var last = length < blockBytes;
                if (last && blocks.Count == 0)
                {
                    await blob.UploadAsync(new MemoryStream(buffer, 0, length, writable: false), new BlobUploadOptions { HttpHeaders = headers }, cancel);
                    break;
                }
                if (length > 0)
                {
                    var block = Convert.ToBase64String(BitConverter.GetBytes(blocks.Count));
                    await blob.StageBlockAsync(block, new MemoryStream(buffer, 0, length, writable: false), cancellationToken: cancel);
                    blocks.Add(block);
                }
                if (!last) continue;
                await blob.CommitBlockListAsync(blocks, new CommitBlockListOptions { HttpHeaders = headers }, cancel);
                break;
            }
            Instruments.FileStored(size);
            return new StoredBytes(size, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public Task<Stream?> OpenReadAsync(Guid id, CancellationToken cancel) =>
        UnlessGoneAsync(() => container.GetBlockBlobClient(Name(id)).OpenReadAsync(new BlobOpenReadOptions(allowModifications: false) { BufferSize = BlockBytes }, cancel));

    public Task<Stream?> OpenWholeAsync(Guid id, CancellationToken cancel) =>
        UnlessGoneAsync(async () => (await container.GetBlockBlobClient(Name(id)).DownloadStreamingAsync(cancellationToken: cancel)).Value.Content);

    public Task DeleteAsync(Guid id, CancellationToken cancel) => container.DeleteBlobIfExistsAsync(Name(id), cancellationToken: cancel);

    public async Task DeleteEverywhereAsync(Guid id, CancellationToken cancel)
    {
        await DeleteAsync(id, cancel);
        await quarantine.Blobs.DeleteBlobIfExistsAsync(Name(id), cancellationToken: cancel);
    }

    private static async Task<Stream?> UnlessGoneAsync(Func<Task<Stream>> open)
    {
        try
        {
            return await open();
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    private static string Name(Guid id) => id.ToString("D");
}
