using System.Buffers.Binary;
using System.Net;
using System.Text;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Documents;
using GrantPortal.Testing;
using GrantPortal.Web.Tests.Reviews;

namespace GrantPortal.Web.Tests.Documents;

/// <summary>A telephone writes into a photo how it was held and where.</summary>
public sealed class PhotoTests(ThoroughPortal host) : IClassFixture<ThoroughPortal>
{
    private const int Width = 60, Height = 20;

    [Fact]
    public async Task A_photo_is_shown_upright_and_without_its_place_and_kept_as_it_came()
    {
        var photo = Photo();
        Assert.Contains("GPS-N35", Encoding.Latin1.GetString(photo), StringComparison.Ordinal);
        var given = await host.ASubmittedApplication(a =>
        {
            a.Files.RemoveAll(f => f.Kind == DocumentKind.Receipt);
            a.Files.Add((DocumentKind.Receipt, 0, "IMG_0001.JPG", photo));
            return a;
        });
        var id = await host.ScalarAsync<Guid>("select id from documents where application_id = @Id and kind = 'receipt'", new { given.Id });
        await host.Jobs.RunDueAsync(TestContext.Current.CancellationToken);
        foreach (var browser in new[] { await host.SignInAsync(given.By), await host.SignInAsync(await host.Given.Staff(StaffRole.Reviewer)) })
        {
            var shown = await BytesAsync(browser, $"/documents/{id}");
            Assert.DoesNotContain("Exif", Encoding.Latin1.GetString(shown), StringComparison.Ordinal);
            Assert.DoesNotContain("GPS-N35", Encoding.Latin1.GetString(shown), StringComparison.Ordinal);
            Assert.Equal((Height, Width), Size(shown));
            Assert.Equal(photo, await BytesAsync(browser, $"/documents/{id}?download=1"));
        }
    }

    private static async Task<byte[]> BytesAsync(HttpClient browser, string path)
    {
        using var answer = await browser.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, "image/jpeg"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        return await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Wider than high, with the note that it is to be turned by a quarter, and a place.</summary>
    private static byte[] Photo()
    {
        var jpeg = HostileFile.Through(TestFiles.Png(Width, Height), "vips", "jpegsave", "IN", "OUT");
        using var exif = new MemoryStream();
        exif.Write("Exif\0\0MM\0\u002a\0\0\0\u0008"u8);
        Number(2);
        Field(0x0112, 3, 1, 6 << 16); // orientation: turn clockwise
        Field(0x8825, 4, 1, 38); // GPS: its fields begin there, counted from MM
        exif.Write(new byte[4]);
        Number(1);
        Field(0x001D, 2, 8, 56); // text of eight bytes behind these fields
        exif.Write(new byte[4]);
        exif.Write("GPS-N35\0"u8);
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(exif.Length + 2));
        return [.. jpeg.AsSpan(0, 2), 0xFF, 0xE1, .. length, .. exif.ToArray(), .. jpeg.AsSpan(2)];

        void Number(ushort value)
        {
            Span<byte> bytes = stackalloc byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
            exif.Write(bytes);
        }

        void Field(ushort tag, ushort type, int count, int value)
        {
            Number(tag);
            Number(type);
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteInt32BigEndian(bytes, count);
            BinaryPrimitives.WriteInt32BigEndian(bytes[4..], value);
            exif.Write(bytes);
        }
    }

    private static (int Width, int Height) Size(byte[] jpeg)
    {
        var frame = jpeg.AsSpan()[jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0])..];
        return (BinaryPrimitives.ReadUInt16BigEndian(frame[7..]), BinaryPrimitives.ReadUInt16BigEndian(frame[5..]));
    }
}
