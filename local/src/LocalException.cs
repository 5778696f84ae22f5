namespace GrantPortal.Local;

/// <summary>Something that the person at the terminal can understand and act on; its message is shown without a stack trace.</summary>
public sealed class LocalException : Exception
{
    public LocalException(string message) : base(message) { }

    public LocalException(string message, Exception inner) : base(message, inner) { }

    public LocalException() { }
}
