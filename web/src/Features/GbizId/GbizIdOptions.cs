namespace GrantPortal.Web.Features.GbizId;

/// <summary>GビズID, or another provider that speaks OpenID Connect: section <c>GbizId</c> of the configuration. Off while it is empty.</summary>
public sealed class GbizIdOptions
{
    public const string Section = "GbizId";

    /// <summary>Where people sign in at the provider.</summary>
    public Uri? AuthorizationEndpoint { get; set; }

    /// <summary>Where the portal redeems what they come back with.</summary>
    public Uri? TokenEndpoint { get; set; }

    /// <summary>Where the portal asks who they are.</summary>
    public Uri? UserInfoEndpoint { get; set; }

    public string ClientId { get; set; } = "";

    public string ClientSecret { get; set; } = "";

    public bool IsOn => ClientId.Length > 0;

    /// <summary>Nothing is set, or everything is, over https (http on loopback addresses only).</summary>
    public bool IsWhole()
    {
        Uri?[] addresses = [AuthorizationEndpoint, TokenEndpoint, UserInfoEndpoint];
        return IsOn
            ? ClientSecret.Length > 0 && addresses.All(address => address is { IsAbsoluteUri: true } && (address.Scheme == Uri.UriSchemeHttps || address.IsLoopback))
            : ClientSecret.Length == 0 && addresses.All(address => address is null);
    }
}
