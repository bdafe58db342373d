"""What each adapter promises. One module an adapter, importing only the contract."""
