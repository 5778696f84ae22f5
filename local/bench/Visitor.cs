using System.Diagnostics;
using System.Net;
using System.Text;
using GrantPortal.Local;

namespace GrantPortal.Bench;

/// <summary>One answer, read to its end.</summary>
/// <param name="Location">Where it sends one, path and query; null: nowhere.</param>
internal sealed record Answer(HttpStatusCode Status, string? Location, byte[] Body)
{
    /// <summary>
    /// The hidden fields of the form that posts to an address, as the portal rendered them: antiforgery token, revision, editor. Found by scanning
    /// bytes, for the load runs on the cores it measures.
    /// </summary>
    public IEnumerable<KeyValuePair<string, string>> Hidden(string action)
    {
        var start = Body.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"action=\"{action}\""));
        if (start < 0) throw new LocalException($"A page lacks the form for {action}.");
        var length = Body.AsSpan(start).IndexOf("</form>"u8);
        var form = Encoding.UTF8.GetString(Body, start, length);
        var found = new List<KeyValuePair<string, string>>();
        for (var at = form.IndexOf("<input", StringComparison.Ordinal); at >= 0; at = form.IndexOf("<input", at + 1, StringComparison.Ordinal))
        {
            var tag = form.AsSpan(at, form.AsSpan(at).IndexOf('>'));
            if (Attribute(tag, " type=\"hidden\"", 0) is not null) found.Add(KeyValuePair.Create(Attribute(tag, " name=\"", 1)!, WebUtility.HtmlDecode(Attribute(tag, " value=\"", 1) ?? "")));
        }
        return found;
    }

    /// <summary>The text between two marks; null where the first is missing.</summary>
    public string? Between(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        var start = Body.AsSpan().IndexOf(from);
        if (start < 0) return null;
        var rest = Body.AsSpan(start + from.Length);
        return Encoding.UTF8.GetString(rest[..rest.IndexOf(to)]);
    }

    private static string? Attribute(ReadOnlySpan<char> tag, string beginning, int quoted)
    {
        var at = tag.IndexOf(beginning, StringComparison.Ordinal);
        if (at < 0) return null;
        var rest = tag[(at + beginning.Length)..];
        return quoted == 0 ? "" : rest[..rest.IndexOf('"')].ToString();
    }
}

/// <summary>A browser that costs next to nothing: cookies in a dictionary, connections shared by all, no redirects followed, nothing parsed.</summary>
/// <param name="took">Told every request's kind and milliseconds.</param>
internal sealed class Visitor(HttpClient http, IReadOnlyDictionary<string, string> cookies, Action<string, double>? took = null)
{
    private readonly Dictionary<string, string> cookies = new(cookies, StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Cookies => cookies;

    /// <summary>For all visitors of one portal. Asks for compressed pages, as browsers do.</summary>
    public static HttpClient Client(string url) => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = 2000, AutomaticDecompression = DecompressionMethods.Brotli })
    {
        BaseAddress = new Uri(url),
        Timeout = TimeSpan.FromSeconds(60),
    };

    public static async Task<Visitor> SignInAsync(HttpClient http, string email, string password, CancellationToken cancel)
    {
        var visitor = new Visitor(http, new Dictionary<string, string>(StringComparer.Ordinal));
        var page = await visitor.GetAsync("login", "/login", cancel);
        var answer = await visitor.PostAsync("login", "/login", [.. page.Hidden("/login"), new("Email", email), new("Password", password)], cancel);
        return answer.Status == HttpStatusCode.Redirect ? visitor : throw new LocalException($"{email} could not sign in: {(int)answer.Status}.");
    }

    /// <summary>A page that must be there.</summary>
    public async Task<Answer> GetAsync(string kind, string path, CancellationToken cancel)
    {
        var answer = await SendAsync(kind, HttpMethod.Get, path, null, cancel);
        return answer.Status == HttpStatusCode.OK ? answer : throw new LocalException($"GET {path} was answered with {(int)answer.Status} {answer.Location}.");
    }

    public async Task<Answer> PostAsync(string kind, string path, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken cancel)
    {
        using var content = new FormUrlEncodedContent(fields);
        return await SendAsync(kind, HttpMethod.Post, path, content, cancel);
    }

    public async Task<Answer> SendAsync(string kind, HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", cookies.Select(c => $"{c.Key}={c.Value}")));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        var body = await response.Content.ReadAsByteArrayAsync(cancel);
        took?.Invoke(kind, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        if (response.Headers.TryGetValues("Set-Cookie", out var set))
        {
            foreach (var cookie in set)
            {
                var pair = cookie.AsSpan(0, cookie.IndexOf(';', StringComparison.Ordinal) is var end and >= 0 ? end : cookie.Length);
                var sign = pair.IndexOf('=');
                if (sign == pair.Length - 1) cookies.Remove(pair[..sign].ToString());
                else cookies[pair[..sign].ToString()] = pair[(sign + 1)..].ToString();
            }
        }
        return new Answer(response.StatusCode, response.Headers.Location?.OriginalString, body);
    }
}
