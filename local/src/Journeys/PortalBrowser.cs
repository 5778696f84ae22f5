using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace GrantPortal.Local;

/// <summary>What a portal answered; where nothing came back, <see cref="Status"/> is 0 and the body says why.</summary>
/// <param name="Location">Path a redirect leads to.</param>
/// <param name="Instance">Which portal behind <see cref="Haproxy"/> it was.</param>
public sealed record PortalAnswer(int Status, string? Location, string Body, string? Instance)
{
    /// <summary>Nothing came back, or the portal or the proxy could not.</summary>
    public bool Failed => Status is 0 or >= 500;
}

/// <summary>A browser for load and trials: cookies, forms with the token of their page, no redirects followed. Failures are answers, not exceptions.</summary>
public sealed partial class PortalBrowser : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="url">Of the portal, without a slash at the end.</param>
    /// <param name="from">The loopback address it calls from; null: the usual one.</param>
    /// <param name="patience">For one answer; null: 30 seconds.</param>
    public PortalBrowser(string url, IPAddress? from = null, TimeSpan? patience = null)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
        if (from is not null) handler.ConnectCallback = (context, cancel) => ConnectAsync(from, context.DnsEndPoint, cancel);
        _http = new HttpClient(handler) { BaseAddress = new Uri(url), Timeout = patience ?? TimeSpan.FromSeconds(30) };
    }

    public Task<PortalAnswer> GetAsync(string path, CancellationToken cancel = default) => SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), cancel);

    /// <param name="fields">With the token among them.</param>
    public Task<PortalAnswer> PostAsync(string path, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken cancel = default) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) }, cancel);

    /// <summary>Sends a file as the page's script does.</summary>
    /// <param name="token">Of any page.</param>
    public Task<PortalAnswer> UploadAsync(string path, byte[] bytes, string name, string token, CancellationToken cancel = default) =>
        UploadAsync(path, new ByteArrayContent(bytes), name, token, cancel);

    /// <inheritdoc cref="UploadAsync(string, byte[], string, string, CancellationToken)"/>
    /// <param name="content">The file; disposed afterwards.</param>
    public Task<PortalAnswer> UploadAsync(string path, HttpContent content, string name, string token, CancellationToken cancel = default) => SendAsync(
        () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            request.Headers.Add("X-File-Name", Uri.EscapeDataString(name));
            request.Headers.Add("X-Requested-With", "fetch");
            request.Headers.Add("RequestVerificationToken", token);
            return request;
        },
        cancel);

    public async Task<PortalAnswer> SignInAsync(string email, string password, CancellationToken cancel = default)
    {
        var page = await GetAsync("/login", cancel);
        return page.Status == 200 ? await PostAsync("/login", [new("Email", email), new("Password", password), Token(page)], cancel) : page;
    }

    /// <summary>The antiforgery field of a page.</summary>
    public static KeyValuePair<string, string> Token(PortalAnswer page) => new("__RequestVerificationToken", Field(page, "__RequestVerificationToken"));

    /// <summary>The value of a page's first field of a name.</summary>
    /// <exception cref="LocalException">It has none.</exception>
    public static string Field(PortalAnswer page, string name) =>
        Inputs().Matches(page.Body).Select(m => m.Value).FirstOrDefault(tag => tag.Contains($"name=\"{name}\"", StringComparison.Ordinal)) is { } input
            ? WebUtility.HtmlDecode(Value().Match(input).Groups["value"].Value)
            : throw new LocalException($"A page answered with {page.Status} has no field {name}.");

    public void Dispose() => _http.Dispose();

    private async Task<PortalAnswer> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancel)
    {
        try
        {
            using var request = make();
            using var answer = await _http.SendAsync(request, cancel);
            var body = await answer.Content.ReadAsStringAsync(cancel);
            var location = answer.Headers.Location is { } to ? to.IsAbsoluteUri ? to.PathAndQuery : to.ToString() : null;
            return new((int)answer.StatusCode, location, body, answer.Headers.TryGetValues(Haproxy.InstanceHeader, out var names) ? names.First() : null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return new(0, null, e.Message, null);
        }
    }

    private static async ValueTask<Stream> ConnectAsync(IPAddress from, DnsEndPoint to, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(to, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    [GeneratedRegex("<input[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Inputs();

    [GeneratedRegex("value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Value();
}
