using System.Buffers;
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
    /// <param name="objection">Words against a file of this type here; null: none.</param>
    /// <exception cref="UnacceptableFileException">Empty, larger than 20 MiB, neither PDF, JPEG nor PNG by content, or an encrypted PDF.</exception>
    Task<StoredBlob> WriteAsync(Guid id, Stream bytes, CancellationToken cancel, Func<FileType, string?>? objection = null);

    /// <summary>The same for a list an operator imports: whatever it holds is told when it is read.</summary>
    /// <param name="largest">Bytes.</param>
    /// <param name="tooLarge">Words for one that is larger, in Japanese.</param>
    /// <exception cref="UnacceptableFileException">Empty, or too large.</exception>
    Task<StoredBytes> WriteListAsync(Guid id, Stream bytes, long largest, string tooLarge, CancellationToken cancel);

    /// <summary>The stored bytes, seekable for range requests; null when the store does not have them.</summary>
    Task<Stream?> OpenReadAsync(Guid id, CancellationToken cancel);

    /// <summary>Removes a blob that no row names; nothing happens when it is gone already.</summary>
    Task DeleteAsync(Guid id, CancellationToken cancel);

    /// <summary>Copies a blob to the quarantine, byte for byte; nothing happens when it is there already. The caller then writes the row and deletes the blob here.</summary>
    /// <exception cref="RequestFailedException">The store does not have it in either place.</exception>
    Task CopyToQuarantineAsync(Guid id, CancellationToken cancel);

    /// <summary>Removes a blob that no row names from both places; nothing happens where it is not.</summary>
    Task DeleteEverywhereAsync(Guid id, CancellationToken cancel);
}

/// <summary>
/// Files in Azure Blob storage, named by GUID. A file is staged block by block through one pooled buffer and committed last, so memory
/// stays flat and a broken upload leaves nothing behind.
/// </summary>
public sealed class AzureBlobStore(BlobContainerClient container, QuarantineContainer quarantine) : IBlobStore
{
    /// <summary>Bytes held in memory for each running upload.</summary>
    private const int BlockBytes = 1024 * 1024;

    public async Task<StoredBlob> WriteAsync(Guid id, Stream bytes, CancellationToken cancel, Func<FileType, string?>? objection = null)
    {
        FileType? type = null;
        var encryption = new PdfEncryption();
        var stored = await StreamAsync(id, bytes, FileContent.LargestBytes, FileContent.TooLarge, Recognised, Examine, cancel);
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
        StreamAsync(id, bytes, largest, tooLarge, _ => "text/csv", _ => { }, cancel);

    public async Task CopyToQuarantineAsync(Guid id, CancellationToken cancel)
    {
        var copy = quarantine.Blobs.GetBlockBlobClient(Name(id));
        if (await copy.ExistsAsync(cancel)) return;
        await using var bytes = await container.GetBlockBlobClient(Name(id)).OpenReadAsync(new BlobOpenReadOptions(allowModifications: false) { BufferSize = BlockBytes }, cancel);
        await copy.UploadAsync(bytes, new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "application/octet-stream" } }, cancel);
    }

    /// <param name="mediaType">From the first bytes; throws where they are not acceptable.</param>
    /// <param name="examine">Sees every block before it is stored; throws where it is not acceptable.</param>
    private async Task<StoredBytes> StreamAsync(
        Guid id, Stream bytes, long largest, string tooLarge, Func<ReadOnlyMemory<byte>, string> mediaType, Action<ReadOnlyMemory<byte>> examine, CancellationToken cancel)
    {
        var blob = container.GetBlockBlobClient(Name(id));
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            var blocks = new List<string>();
            var headers = new BlobHttpHeaders();
            var size = 0L;
            while (true)
            {
                var length = await bytes.ReadAtLeastAsync(buffer.AsMemory(0, BlockBytes), BlockBytes, throwOnEndOfStream: false, cancel);
                if (size == 0)
                {
                    if (length == 0) throw new UnacceptableFileException(FileContent.Empty);
                    headers.ContentType = mediaType(buffer.AsMemory(0, Math.Min(length, FileContent.HeadBytes)));
                }
                size += length;
                if (size > largest) throw new UnacceptableFileException(tooLarge);
                examine(buffer.AsMemory(0, length));
                hash.AppendData(buffer, 0, length);
                var last = length < BlockBytes;
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

    public async Task<Stream?> OpenReadAsync(Guid id, CancellationToken cancel)
    {
        try
        {
            return await container.GetBlockBlobClient(Name(id)).OpenReadAsync(new BlobOpenReadOptions(allowModifications: false) { BufferSize = BlockBytes }, cancel);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    public Task DeleteAsync(Guid id, CancellationToken cancel) => container.DeleteBlobIfExistsAsync(Name(id), cancellationToken: cancel);

    public async Task DeleteEverywhereAsync(Guid id, CancellationToken cancel)
    {
        await DeleteAsync(id, cancel);
        await quarantine.Blobs.DeleteBlobIfExistsAsync(Name(id), cancellationToken: cancel);
    }

    private static string Name(Guid id) => id.ToString("D");
}
