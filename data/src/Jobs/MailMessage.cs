using System.Globalization;
using System.Net.Mail;
using System.Text;
using GrantPortal.Domain;

namespace GrantPortal.Data.Jobs;

/// <summary>A mail as it goes over the wire (RFC 5322, 2047, 2045): made from its own values alone, so that a repeat is the same to the byte.</summary>
internal static class MailMessage
{
    /// <summary>UTF-8 bytes in one encoded word: the line that begins with a header's name stays within 76 characters (RFC 2047).</summary>
    private const int WordBytes = 39;

    /// <param name="date">Of what it tells, not of the attempt.</param>
    /// <param name="id">With its angle brackets.</param>
    /// <returns>ASCII with CRLF. No line begins with a dot: headers do not, and base64 has none.</returns>
    public static byte[] Compose(MailAddress from, string sender, MailAddress to, Mail mail, DateTimeOffset date, string id)
    {
        var text = new StringBuilder();
        void Header(string name, string value) => text.Append(name).Append(": ").Append(value).Append("\r\n");
        Header("Date", JapanTime.At(date).ToString("ddd, dd MMM yyyy HH:mm:ss '+0900'", CultureInfo.InvariantCulture));
        Header("Message-ID", id);
        Header("From", $"{Words(sender)}\r\n <{from.Address}>");
        Header("To", to.Address);
        Header("Subject", Words(JapaneseText.Line(mail.Subject)));
        // No holiday notices to a machine's address.
        Header("Auto-Submitted", "auto-generated");
        Header("MIME-Version", "1.0");
        Header("Content-Type", "text/plain; charset=utf-8");
        Header("Content-Transfer-Encoding", "base64");
        text.Append("\r\n").Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(mail.Body.ReplaceLineEndings("\r\n")), Base64FormattingOptions.InsertLineBreaks)).Append("\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Text in a header, as encoded words; no character is cut in two.</summary>
    private static string Words(string text)
    {
        var words = new List<string>();
        var word = new List<byte>();
        foreach (var rune in text.EnumerateRunes())
        {
            var bytes = Encoding.UTF8.GetBytes(rune.ToString());
            if (word.Count + bytes.Length > WordBytes) End();
            word.AddRange(bytes);
        }
        End();
        return string.Join("\r\n ", words);

        void End()
        {
            if (word.Count > 0) words.Add($"=?utf-8?B?{Convert.ToBase64String([.. word])}?=");
            word.Clear();
        }
    }
}
