// Nothing but the headers that every test includes, which are precompiled with it.
