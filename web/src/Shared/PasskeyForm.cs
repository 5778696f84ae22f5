namespace GrantPortal.Web.Shared;

/// <summary>A form that posts what a browser answers when asked for a passkey: <c>Shared/_PasskeyForm.cshtml</c>. Hidden until <c>passkeys.js</c> shows it.</summary>
/// <param name="Action">Where the answer goes, as <c>credential</c>.</param>
/// <param name="Button">On the button.</param>
/// <param name="ReturnUrl">Where to go afterwards.</param>
public sealed record PasskeyForm(string Action, string Button, string? ReturnUrl);
